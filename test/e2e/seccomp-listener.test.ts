/** SCMP_ACT_NOTIFY: somebody outside answers for a container's system calls. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { supportedFilterFlags } from "../../src/host/facts/filter-support.ts";
import { AGENT, agentFor, asking, told } from "../support/filter-agent.ts";
import { canFilter, forbids, number, recipe, shows } from "../support/filtered.ts";
import { type Json, parseObject } from "../support/json.ts";
import { runContainer } from "../support/run-container.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const UNKILLABLE = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV";

describe("a listener", () => {
  const [MKDIR, SYNC] = [number("mkdirat"), number("sync")];

  test.if(canFilter).each([true, false])(
    "[C113] [C115] [C116] gets the descriptor and the state, and answers (noNewPrivileges: %p)",
    async (noNewPrivileges) => {
      await using box = await sandbox({
        ...recipe({ args: ["call", String(MKDIR)], seccomp: asking(["mkdirat"]), process: { noNewPrivileges } }),
      });
      const agent = await agentFor(box, MKDIR);
      const config = parseObject(await Bun.file(join(box.path, "config.json")).text());
      const { stdout } = await box.must(["run", "--pid-file", join(box.host, "pid"), "--bundle", box.path, box.id]);
      expect(stdout).toBe(`call ${MKDIR} EEXIST\n`);
      const { state, rest } = told((await agent.ended).stdout);
      const pid = Number(await box.hostFile("pid"));
      const ociVersion: Json = config.ociVersion ?? "";
      expect(state).toEqual({
        ociVersion,
        fds: ["seccompFd"],
        pid,
        metadata: 'for "the agent"',
        state: { ociVersion, id: box.id, status: "creating", pid, bundle: box.path },
      });
      expect(rest).toEqual(["and no more", `asked ${MKDIR}`, "ended"]);
    },
  );

  test.if(canFilter)("is asked even about the calls that init itself still makes", async () => {
    const names = ["mkdirat", "sendto", "sendmsg", "recvfrom", "accept4", "capset", "close", "execve"];
    await using box = await sandbox(recipe({ args: ["call", String(MKDIR)], seccomp: asking(names), process: { noNewPrivileges: false } }));
    const agent = await agentFor(box, MKDIR);
    await box.create();
    await box.must(["start", box.id]);
    const { rest } = told((await agent.ended).stdout);
    expect(rest).toContain(`asked ${number("execve")}`);
    expect(rest.slice(-2)).toEqual([`asked ${MKDIR}`, "ended"]);
  });

  test.if(canFilter && supportedFilterFlags().includes(UNKILLABLE))(
    "[C126] can have calls wait for it that only SIGKILL ends",
    async () => {
      const seccomp = { ...asking(["mkdirat"]), flags: [UNKILLABLE, "SECCOMP_FILTER_FLAG_LOG"] };
      await using box = await sandbox(recipe({ args: ["call", String(MKDIR)], seccomp }));
      const agent = await agentFor(box, MKDIR);
      const { stdout } = await box.must(["run", "--bundle", box.path, box.id]);
      expect([stdout, told((await agent.ended).stdout).rest]).toEqual([
        `call ${MKDIR} EEXIST\n`,
        ["and no more", `asked ${MKDIR}`, "ended"],
      ]);
    },
  );

  test.if(canFilter)("[C113] that does not listen is an error, and nothing is left", async () => {
    const { exitCode, stderr } = await runContainer(recipe({ args: ["true"], seccomp: asking(["mkdirat"]) }));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/cannot connect to the seccomp listener .*\/host\/agent\.sock: no such file or directory/);
    expect(stderr).toContain("config.json:");
  });

  test.if(canFilter)("[C113] is ignored if there is nothing to ask it", async () => {
    const seccomp = { ...forbids("sync", "SCMP_ACT_ERRNO"), listenerPath: AGENT };
    expect(await shows({ args: ["call", String(SYNC)], seccomp })).toBe(`call ${SYNC} EPERM\n`);
  });
});
