/** Hooks that native init runs: what they get, what they may leave behind, and how their failures are reported. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hostPath } from "../../src/base/paths.ts";
import type { InitStep } from "../../src/plan/steps/step.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { inRoot, makeTrial } from "./run-plan.ts";

setDefaultTimeout(TEST_TIMEOUT); // the first test builds init

const possible = requires("root", "busybox");

function hook(script: string, timeout = 0): Extract<InitStep, { op: "runHook" }> {
  return {
    op: "runHook",
    path: "/bin/sh",
    args: ["sh", "-c", script, "zero", "one"],
    env: ["PATH=/bin", "COLOUR=blue"],
    withHome: false,
    timeout,
    stateHead: '{"pid":',
    stateTail: `,"pad":"${"x".repeat(100_000)}"}`,
  };
}

test.if(possible)("a hook gets its arguments, only its own environment, and the state with the pid on its standard input", async () => {
  await using trial = await makeTrial({ "proc/.keep": "", out: "" });
  const proc: InitStep[] = [
    { op: "cloneChild", flags: 0x20020000 },
    { op: "setPropagation", path: hostPath("/"), flags: 0x44000n },
    { op: "openTree", slot: 0, source: trial.rootfs, recursive: false },
    { op: "attachRoot", slot: 0, path: trial.rootfs },
    { op: "pivotRoot" },
  ];
  const output = await trial.run([
    ...proc,
    hook(
      "echo silent; echo silent >&2; (echo $0 $1 $COLOUR; busybox env | busybox grep -cvE '^(PATH|COLOUR|PWD|SHLVL|_|OLDPWD)='; busybox pwd; busybox cat) > /out",
    ),
  ]);
  expect(output).toBe("pid\nexit 0\nexit 0\n");
  expect(await readFile(join(trial.rootfs, "out"), "utf8")).toBe(`zero one blue\n0\n/\n{"pid":1,"pad":"${"x".repeat(100_000)}"}`);
});

test.if(possible)("a hook has no descriptor but its three streams", async () => {
  await using trial = await makeTrial();
  const out = join(trial.outside, "out");
  expect(await trial.run([{ ...hook(`busybox ls -l /proc/self/fd > ${out}`), path: join(trial.rootfs, "bin/sh") }])).toBe("exit 0\n");
  const descriptors = [...(await readFile(out, "utf8")).matchAll(/ (\d+) -> (\S+)/g)].map(([, fd, target]) => `${fd} ${target}`);
  expect(descriptors.slice(0, 3)).toEqual(["0 /memfd:state", `1 ${out}`, "2 /memfd:stderr"]);
  expect(descriptors.slice(3).filter((text) => !text.includes("/proc/"))).toEqual([]);
});

test.if(possible)("a hook need not read its input", async () => {
  await using trial = await makeTrial();
  expect(await trial.run([...inRoot(trial.rootfs), { op: "pivotRoot" }, hook("exit 0", 5)])).toBe("exit 0\n");
});

test.if(possible).each<[string, InitStep, string]>([
  ["exits", hook("exit 3", 5), "failed step 5: exited\nstatus 3\n"],
  ["is killed", hook("kill -TERM $$"), "failed step 5: killed\nstatus 15\n"],
  ["takes too long", hook("while :; do :; done", 1), "failed step 5: ETIMEDOUT\n"],
  ["is missing", { ...hook(""), path: "/bin/none" }, "failed step 5: ENOENT\n"],
  ["is a directory", { ...hook(""), path: "/bin" }, "failed step 5: EACCES\n"],
  ["is not executable", { ...hook(""), path: "/plain" }, "failed step 5: EACCES\n"],
  ["is of no known format", { ...hook(""), path: "/broken" }, "failed step 5: ENOEXEC\n"],
])("a hook that %s is told as what it is", async (_, step, told) => {
  await using trial = await makeTrial({ plain: "x", broken: { text: "x", mode: 0o755 } });
  expect(await trial.run([...inRoot(trial.rootfs), { op: "pivotRoot" }, step])).toBe(`${told}exit 1\n`);
});

test.if(possible)("a timeout ends a hook but not what waits for it", async () => {
  await using trial = await makeTrial();
  await writeFile(join(trial.rootfs, "out"), "");
  const output = await trial.run([
    ...inRoot(trial.rootfs),
    { op: "pivotRoot" },
    ["warn", hook("while :; do :; done", 1)],
    hook("echo next > /out", 5),
  ]);
  expect(output).toBe("warning step 5: ETIMEDOUT\nexit 0\n");
  expect(await readFile(join(trial.rootfs, "out"), "utf8")).toBe("next\n");
});
