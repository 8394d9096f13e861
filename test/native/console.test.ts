/** The terminal that native init opens: what the receiver gets, what the program has, and what an image cannot do to it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { guestPath, type HostPath } from "../../src/base/paths.ts";
import type { InitStep } from "../../src/plan/steps/step.ts";
import { requires } from "../support/requires.ts";
import type { Files } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { inRoot, makeTrial, shell } from "./run-plan.ts";

setDefaultTimeout(TEST_TIMEOUT); // the first test builds init

const possible = requires("root", "busybox");
const OPEN: InitStep = { op: "openConsole", height: 33, width: 111, uid: 7, mount: true };

function withPts(rootfs: HostPath): InitStep[] {
  const options = ["ptmxmode=0666", "mode=0620", "gid=5"];
  return [
    ...inRoot(rootfs),
    { op: "newFilesystem", slot: 1, type: "devpts", source: "devpts", options, attributes: 0n },
    { op: "attach", slot: 1, target: guestPath("/dev/pts"), guard: 0 },
    { op: "setsid" },
  ];
}

test.if(possible)(
  "the master is sent under the name that receivers of runc's consoles expect, and the slave is the program's terminal",
  async () => {
    await using trial = await makeTrial();
    const script =
      "busybox tty; busybox stty size; busybox stat -c '%u:%g %A %t' /dev/pts/0 /dev/console; echo said > /dev/console; echo > /dev/tty";
    const output = await trial.run([
      ...withPts(trial.rootfs),
      mknodTty(),
      OPEN,
      { op: "controlTerminal" },
      { op: "pivotRoot" },
      ...shell(script),
    ]);
    const lines = output.replaceAll("\r", "").split("\n");
    expect(lines).toEqual([
      "terminal /dev/pts/ptmx, 24 bytes of control",
      "/dev/pts/0",
      "33 111",
      "7:5 crw--w---- 88",
      "7:5 crw--w---- 88",
      "said",
      "",
      "exit 0",
      "",
    ]);
  },
);

test.if(possible)("without a mount, /dev/console is not touched", async () => {
  await using trial = await makeTrial();
  const output = await trial.run([...withPts(trial.rootfs), { ...OPEN, mount: false }, { op: "pivotRoot" }, ...shell("ls /dev")]);
  expect(output.replaceAll("\r", "")).toBe("terminal /dev/pts/ptmx, 24 bytes of control\npts\nexit 0\n");
});

test.if(possible).each<[string, Files, string]>([
  ["a link to a file of the host", { "dev/console": { link: "@OUTSIDE@/secret" } }, "ELOOP"],
  ["a link to a new file of the host", { "dev/console": { link: "@OUTSIDE@/new" } }, "ELOOP"],
  ["a directory", { "dev/console/.keep": "" }, "EINVAL"],
])("%s as /dev/console is refused", async (_, files, errno) => {
  await using trial = await makeTrial(files);
  const before = withPts(trial.rootfs);
  expect(await trial.run([...before, OPEN])).toBe(`failed step ${before.length}: ${errno}\nexit 1\n`);
  expect(await readdir(trial.outside)).toEqual(["secret"]);
});

test.if(possible).each<[string, Files, string]>([
  ["missing", {}, "ENOENT"],
  ["a file", { "dev/pts/ptmx": "" }, "ENODEV"],
  ["a link to a file", { "dev/pts/ptmx": { link: "@OUTSIDE@/secret" } }, "ENOENT"],
])("a multiplexer that is %s is refused before it is opened", async (_, files, errno) => {
  await using trial = await makeTrial(files);
  const before = inRoot(trial.rootfs);
  expect(await trial.run([...before, OPEN])).toBe(`failed step ${before.length}: ${errno}\nexit 1\n`);
});

function mknodTty(): InitStep {
  return { op: "mknod", path: guestPath("/dev/tty"), mode: 0o20666, major: 5, minor: 0, uid: 0, gid: 0 };
}
