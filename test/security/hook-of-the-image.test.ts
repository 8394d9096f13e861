/**
 * Class: a hook that is a program in the image (startContainer). It runs like the container's own program, cannot outlive its timeout, and
 * its output is shown to the reader of the error and does nothing else.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MESSAGE } from "../../src/plan/steps/wire.ts";
import { DEFAULT, FORMS, formed, USER_NAMESPACE } from "../support/forms.ts";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const within = (timeout: number, ...args: string[]): JsonObject => ({
  hooks: { startContainer: [{ path: "/probe", args: ["probe", ...args], timeout }] },
});
const hooks = (...args: string[]): JsonObject => within(60, ...args);

test.if(root)("escape sequences that it prints reach no terminal, and no line of a log but its own", async () => {
  const hostile = "\u001b]0;title\u0007\u001b[2J\r\u009b31m";
  await using container = await formed(DEFAULT, { config: hooks("say", `a${hostile}\nlevel=error msg=forged`, "exit", "3") });
  const { box } = container;
  const { stderr } = await container.run();
  expect(stderr).toContain("stdout: a\\u{1b}]0;title\\u{7}\\u{1b}[2J\\u{d}\\u{9b}31m\n");
  expect(stderr).not.toMatch(/[^\P{Cc}\n]/u);
  for (const format of ["text", "json"]) {
    const log = join(box.host, `log.${format}`);
    await container.call(["--log", log, "--log-format", format, "run", "--bundle", box.path, box.id]);
    const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
    expect(lines.filter((line) => line.includes("error running startContainer hook #0"))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith("level=error"))).toEqual([]);
  }
});

test.if(root)("excessive output is truncated, and blocks nothing", async () => {
  const script = ["read", "/dev/zero"];
  await using container = await formed(DEFAULT, { config: hooks(...Array<string[]>(200).fill(script).flat(), "exit", "3") });
  const { exitCode, stderr } = await container.run();
  expect([exitCode, stderr.length > 1000, stderr.length < 100_000]).toEqual([1, true, true]);
});

for (const form of [DEFAULT, USER_NAMESPACE]) {
  test.if(root)(`it is killed on timeout, even if it has left its process group, ${form.name}`, async () => {
    await using container = await formed(form, { config: within(1, "leave-group", "forever") });
    const { exitCode, stderr } = await container.run();
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("error running startContainer hook #0") });
    expect(container.box.leftovers()).toEqual([]);
  });
}

for (const form of FORMS) {
  test.if(root)(`it has the program's ids, capabilities, directory and home, and no descriptor but its streams, ${form.name}`, async () => {
    const user = form.name === "as a user" ? { uid: 0, gid: 0 } : { uid: 1000, gid: 1000 };
    const caps = ["CAP_KILL"];
    const capabilities = { bounding: caps, effective: caps, permitted: caps, inheritable: caps, ambient: caps };
    const process = { user, capabilities, cwd: "/tmp", env: ["PATH=/"] };
    const looks = ["status", "cwd", "env", "fds"];
    await using hook = await formed(form, { config: { process, ...hooks(...looks, "exit", "3") } });
    await using program = await formed(form, { args: ["/probe", ...looks], config: { process } });
    const { stderr } = await hook.run();
    const { stdout } = await program.run();
    expect(/stdout: ([\s\S]*), stderr: /.exec(stderr)?.[1]).toBe(stdout);
  });
}

const PID = String(MESSAGE.pid);
const SUPERVISED = String(MESSAGE.supervised);
for (const [what, kinds] of [
  ["another stage of init", [PID]],
  ["a supervised one", [SUPERVISED]],
  ["both", [SUPERVISED, PID]],
] as const) {
  test.if(root)(`one that may trace init and names a process of the host as ${what} has nobody killed`, async () => {
    const bystander = Bun.spawn(["sleep", "infinity"]);
    const words = [...kinds.flatMap((kind) => [kind, String(bystander.pid)]), String(MESSAGE.failed), "22"];
    const rights = ["CAP_SYS_PTRACE", "CAP_KILL"];
    const config = {
      process: { capabilities: { bounding: rights, effective: rights, permitted: rights } },
      ...hooks("speak-for-parent", ...words),
    };
    await using container = await formed(DEFAULT, { config });
    const { box } = container;
    expect((await container.run()).exitCode).toBe(1);
    expect((await container.call(["run", "--detach", "--bundle", box.path, box.id])).exitCode).toBe(1);
    await container.create();
    const { exitCode, stderr } = await container.call(["start", box.id]);
    expect([exitCode, stderr.includes("bug")]).toEqual([1, false]);
    expect((await container.call(["delete", "--force", box.id])).exitCode).toBe(0);
    expect([bystander.exitCode, bystander.signalCode]).toEqual([null, null]);
    bystander.kill();
    await bystander.exited;
  });
}
