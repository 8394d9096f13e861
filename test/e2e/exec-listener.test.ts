/** `exec` in a container whose filter has a listener: each process has a listener of its own, which is sent where the container's went. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { agentFor, asking, told } from "../support/filter-agent.ts";
import { canFilter, number } from "../support/filtered.ts";
import { DEFAULT, type Form, type Formed, formed, HOST_PID, JOINED, USER_NAMESPACE } from "../support/forms.ts";
import { type Json, type JsonObject, parseObject } from "../support/json.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const MKDIR = number("mkdirat");
/** Of init's own calls: before its last stage, when it makes its listener known, and when it waits and becomes the program. */
const OF_INIT = ["mkdirat", "capset", "sendmsg", "sendto", "recvfrom", "close", "execve"];
const TRACER = ["CAP_SYS_PTRACE"];

/** A container that waits, with an agent that knows of it. */
async function waiting(form: Form, names: readonly string[], process: JsonObject): Promise<Formed & { readonly pid: number }> {
  const container = await formed(form, { args: ["/probe", "sleep-until-signal"], config: { process, linux: { seccomp: asking(names) } } });
  await agentFor(container.box, MKDIR);
  const { running, pid } = await container.create();
  expect((await container.call(["start", container.box.id])).exitCode).toBe(0);
  await running.shows("waiting");
  return { ...container, pid };
}

for (const form of [DEFAULT, USER_NAMESPACE, HOST_PID, JOINED]) {
  test.if(canFilter)(`[C115] [C116] a process has its own listener, with and without a way to new privileges, ${form.name}`, async () => {
    for (const noNewPrivileges of [true, false]) {
      const isRefused = form === JOINED && !noNewPrivileges; // see below: a process with all rights is in the namespace
      for (const names of [["mkdirat"], ...(isRefused ? [] : [OF_INIT])]) {
        await using container = await waiting(form, names, { noNewPrivileges });
        const { box, pid } = container;
        const agent = await agentFor(box, MKDIR);
        const exec = ["exec", "--pid-file", join(box.host, "pid"), box.id, "/probe", "call", String(MKDIR), "status"];
        const { exitCode, stdout, stderr } = await container.call(exec);
        const shown = stdout.split("\n").filter((line) => /^(call|Seccomp|NoNewPrivs)/.test(line));
        expect([exitCode, stderr]).toEqual([0, ""]);
        expect(shown).toEqual([`call ${MKDIR} EEXIST`, `NoNewPrivs ${noNewPrivileges ? 1 : 0}`, "Seccomp 2"]);
        const { state, rest } = told((await agent.ended).stdout);
        const ociVersion: Json = parseObject(await Bun.file(join(box.path, "config.json")).text()).ociVersion ?? "";
        expect(state).toEqual({
          ociVersion,
          fds: ["seccompFd"],
          pid: Number(await box.hostFile("pid")),
          metadata: 'for "the agent"',
          state: { ociVersion, id: box.id, status: "running", pid, bundle: box.path },
        });
        const asked = rest.filter((line) => [`asked ${MKDIR}`, `asked ${number("execve")}`].includes(line));
        expect(asked).toEqual([...(names === OF_INIT ? [`asked ${number("execve")}`] : []), `asked ${MKDIR}`]);
        expect(rest.at(-1)).toBe("ended");
      }
    }
  });
}

test.if(canFilter)("no process can be made to give away CAP_SYS_ADMIN, which the filter takes in the container's sight", async () => {
  const capabilities = { bounding: TRACER, effective: TRACER, permitted: TRACER };
  await using container = await waiting(DEFAULT, OF_INIT, { noNewPrivileges: false, capabilities });
  const { box } = container;
  const refused = await container.call(["exec", box.id, "/probe", "true"]);
  expect([refused.exitCode, refused.stdout]).toEqual([255, ""]);
  expect(refused.stderr).toContain("cannot load a system call filter with a listener where others may trace a process");
  await agentFor(box, MKDIR);
  expect((await container.call(["exec", "--no-new-privs", box.id, "/probe", "true"])).exitCode).toBe(0);
});

test.if(canFilter)("nothing is executed without an agent", async () => {
  await using container = await waiting(DEFAULT, ["mkdirat"], { noNewPrivileges: false });
  const { box } = container;
  rmSync(join(box.host, "agent.sock"));
  const { exitCode, stdout, stderr } = await container.call(["exec", box.id, "/probe", "say", "here"]);
  expect([exitCode, stdout]).toEqual([255, ""]);
  expect(stderr).toMatch(/cannot connect to the seccomp listener .*\/host\/agent\.sock: no such file or directory/);
});
