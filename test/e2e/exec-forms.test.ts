/** `exec` in every form that a container can have: what it starts is where the container's own process is, and as it is. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readlinkSync } from "node:fs";
import { FORMS, type Formed, formed } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import type { Running } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const WAITING = { args: ["/probe", "sleep-until-signal"] } as const;
const LOOK = ["status", "cgroup", "mountinfo", "ls", "/", "cwd"];
const TYPES = ["pid", "mnt", "net", "ipc", "uts", "user", "cgroup", "time"];

for (const form of FORMS) {
  test.if(root)(`a process of exec is where the container's own is, and as it is, ${form.name}`, async () => {
    await using container = await formed(form, { args: ["/probe", ...LOOK, "sleep-until-signal"] });
    const { running, pid } = await started(container);
    const shown = (await running.stdout()).replace("waiting\n", "");
    expect(shown.split("\n").length).toBeGreaterThan(20);
    const { exitCode, stdout, stderr } = await container.call(["exec", container.box.id, "/probe", ...LOOK, "ns", given(pid), "exit", "7"]);
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 7,
      stdout: `${shown}${TYPES.map((type) => `ns ${type} given\n`).join("")}`,
      stderr: "",
    });
  });
}

for (const form of FORMS) {
  test.if(root)(`a created container takes a process as well, or says why not, ${form.name}`, async () => {
    await using container = await formed(form, WAITING);
    await container.create();
    const { exitCode, stdout, stderr } = await container.call(["exec", container.box.id, "/probe", "say", "here"]);
    // a user may not look into a process that is not dumpable, which init is until it executes the program
    const isRefused = form.caller !== undefined;
    expect([exitCode, stdout]).toEqual(isRefused ? [255, ""] : [0, "here\n"]);
    if (isRefused)
      expect(stderr).toContain("exec failed: unable to start container process: cannot join the namespaces of the container's init");
    expect((await container.call(["start", container.box.id])).exitCode).toBe(0);
  });
}

async function started(container: Formed): Promise<{ readonly running: Running; readonly pid: number }> {
  const created = await container.create();
  expect((await container.call(["start", container.box.id])).exitCode).toBe(0);
  await created.running.shows("waiting");
  return created;
}

/** The namespaces of a process, as the probe takes them. */
function given(pid: number): string {
  return TYPES.map((type) => `${type}=${/\d+/.exec(readlinkSync(`/proc/${pid}/ns/${type}`))?.[0]}`).join(",");
}
