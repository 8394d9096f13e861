/** `exec` under the container's own system call filter: the same rules, and no process without them. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { truncateSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FORMS, formed } from "../support/forms.ts";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "seccomp");
const WAITING = ["/probe", "sleep-until-signal"];
const [EPERM, ENOSYS] = [1, 38];
/** Newer profiles say that there is no clone3, older ones forbid whatever they do not know; init's own last clone is subject to it. */
const profile = (ofClone3: number): JsonObject => ({
  defaultAction: "SCMP_ACT_ALLOW",
  syscalls: [
    { names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 11 },
    { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: ofClone3 },
  ],
});
const PROFILE = profile(ENOSYS);

for (const form of FORMS) {
  test.if(possible)(`a process has the container's filter, with and without a way to new privileges, ${form.name}`, async () => {
    for (const [noNewPrivileges, ofClone3] of [
      [true, ENOSYS],
      [false, ENOSYS],
      [false, EPERM],
    ] as const) {
      const config = { process: { noNewPrivileges }, linux: { seccomp: profile(ofClone3) } };
      await using container = await formed(form, { args: WAITING, config });
      const { running } = await container.create();
      expect((await container.call(["start", container.box.id])).exitCode).toBe(0);
      await running.shows("waiting");
      const { stdout } = await container.call(["exec", container.box.id, "/probe", "mkdir", "/tmp/made", "status"]);
      const shown = stdout.split("\n").filter((line) => /^(mkdir|Seccomp|NoNewPrivs)/.test(line));
      expect(shown).toEqual(["mkdir /tmp/made EAGAIN", `NoNewPrivs ${noNewPrivileges ? 1 : 0}`, "Seccomp 2"]);
    }
  });
}

test.if(possible)("a process that may gain privileges, and is a mere user, has it as well", async () => {
  await using box = await withFilter({ noNewPrivileges: false });
  const { stdout } = await box.must(["exec", "--user", "1000", box.id, "/probe", "status"]);
  expect(stdout).toContain("Seccomp 2\n");
  expect(stdout).toMatch(/^CapPrm 0+$/m);
});

for (const [what, change] of [
  ["is gone", (path: string) => rm(path)],
  ["is cut", async (path: string) => truncateSync(path, 12)],
  ["is empty", (path: string) => writeFile(path, "")],
  ["is larger than any", (path: string) => writeFile(path, new Uint8Array(8 * 4097))],
  ["is a directory", async (path: string) => void Bun.spawnSync(["sh", "-c", 'rm "$0" && mkdir "$0"', path])],
] as const) {
  test.if(possible)(`nothing is executed where the filter ${what}, and the container can be deleted`, async () => {
    await using box = await withFilter({});
    await change(join(box.stateRoot, box.id, "filter.bpf"));
    const { exitCode, stdout, stderr } = await box.call(["exec", box.id, "/probe", "say", "here"]);
    expect([exitCode, stdout, stderr.split(":")[1]]).toEqual([255, "", " cannot read the system call filter of the container"]);
    await box.must(["delete", "--force", box.id]);
  });
}

async function withFilter(process: JsonObject): Promise<Sandbox> {
  const box = await sandbox({ args: WAITING, config: { process, linux: { seccomp: PROFILE } } });
  const running = await box.create();
  await box.must(["start", box.id]);
  await running.shows("waiting");
  return box;
}
