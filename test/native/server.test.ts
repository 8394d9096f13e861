/** A root served by a program: what the program gets, and what is reported if it fails. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { guestPath, type HostPath, hostPath } from "../../src/base/paths.ts";
import type { InitStep } from "../../src/plan/steps/step.ts";
import { requires, staticBusybox } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { inRoot, makeTrial, shell, type Trial } from "./run-plan.ts";

setDefaultTimeout(TEST_TIMEOUT); // the first test builds init

const possible = requires("root", "busybox", "fuse-device");
const [SERVER, DEVICE, ROOT] = [5, 6, 7];
const OPTIONS = ["rootmode=40000", "user_id=0", "group_id=0", "default_permissions", "allow_other"];
const START: InitStep = { op: "startServer", slot: SERVER, device: DEVICE, mount: ROOT, joins: false };

function fork(path: HostPath, args: readonly string[], lock: HostPath | "" = ""): InitStep[] {
  return [
    { op: "forkServer", slot: SERVER, path, args, lock },
    { op: "mountFuse", slot: ROOT, device: DEVICE, source: "tested", options: OPTIONS },
  ];
}

/** A server that is a shell's script. */
function script(text: string, lock: HostPath | "" = ""): InitStep[] {
  return fork(hostPath(staticBusybox() ?? ""), ["sh", "-c", text], lock);
}

function layersOf(trial: Trial): string {
  const [upper, work] = ["upper", "work"].map((name) => join(trial.outside, name));
  return `lowerdir=${trial.rootfs},upperdir=${upper},workdir=${work}`;
}

// host.c adopts the server, and prints its exit status after that of init

test.if(possible && requires("fuse-overlayfs"))("a program of the host serves the root, and what is written goes through it", async () => {
  await using trial = await makeTrial({ file: "below\n" });
  for (const name of ["upper", "work"]) await mkdir(join(trial.outside, name));
  const args = ["fuse-overlayfs", "-f", "-o", layersOf(trial), "/dev/fd/3"];
  const output = await trial.run([
    ...fork(hostPath(Bun.which("fuse-overlayfs") ?? ""), args, hostPath(join(trial.outside, "work/lock"))),
    START,
    ...inRoot(trial.rootfs).slice(0, 2),
    { op: "attachRoot", slot: ROOT, path: trial.rootfs },
    { op: "makeDirectory", path: guestPath("/made"), mode: 0o755 },
    { op: "pivotRoot" },
    ...shell("read line </file; echo $line; echo changed >/file; busybox ls /"),
  ]);
  expect(output).toBe("below\nbin\nfile\nmade\nexit 0\nexit 0\n");
  expect(await readFile(join(trial.outside, "upper/file"), "utf8")).toBe("changed\n");
});

test.if(possible)("it gets the device as descriptor 3, no environment and no terminal, and its exit makes the mount fail", async () => {
  await using trial = await makeTrial();
  const [out, lock] = ["out", "lock"].map((name) => hostPath(join(trial.outside, name)));
  const text = `exec >${out}; busybox ls -l /proc/self/fd; busybox wc -c </proc/$$/environ; read pid name state parent group session rest </proc/self/stat; echo $((session - pid))`;
  expect(await trial.run([...script(text.replaceAll("busybox", staticBusybox() ?? ""), lock), START])).toBe(
    "failed step 2: ENOTCONN\nexit 1\nexit 0\n",
  );
  const said = await readFile(out ?? "", "utf8");
  const open = [...said.matchAll(/ (\d+) -> (\S+)/g)].map(([, fd, target = ""]) => `${fd} ${target.replace(/\[.*/, "")}`);
  expect(open.filter((line) => !line.includes(" /proc/"))).toEqual(["0 /dev/null", `1 ${out}`, "2 pipe:", "3 /dev/fuse", `6 ${lock}`]);
  expect(said.split("\n").slice(-3)).toEqual(["0", "0", ""]);
});

test.if(possible).each<[string, InitStep[], string, number]>([
  ["ends at once", script("exit 3"), "ENOTCONN", 3],
  ["is not there", fork(hostPath("/nonexistent/server"), ["server"]), "ENOENT", 127],
  ["is no program", fork(hostPath("/etc/passwd"), ["server"]), "EACCES", 127],
  ["cannot lock its layer", script("exit 0", hostPath("/nonexistent/lock")), "ENOENT", 127],
])("a server that %s fails the step that starts it", async (_, steps, errno, status) => {
  await using trial = await makeTrial();
  expect(await trial.run([...steps, START])).toBe(`failed step 2: ${errno}\nexit 1\nexit ${status}\n`);
});

test.if(possible)("without a child, a device or a mount nothing is started", async () => {
  await using trial = await makeTrial();
  expect(await trial.run([["ignore", START], ...script("exit 0"), ["ignore", { ...START, mount: 9 }], { ...START, slot: 9 }])).toBe(
    "failed step 4: EBADF\nexit 1\nexit 126\n",
  );
});

test.if(possible)("unknown options make the mount fail", async () => {
  await using trial = await makeTrial();
  const mount: InitStep = { op: "mountFuse", slot: ROOT, device: DEVICE, source: "tested", options: ["rootmode=40000", "odd=1"] };
  expect(await trial.run([mount])).toBe("failed step 0: EINVAL\nexit 1\n");
});
