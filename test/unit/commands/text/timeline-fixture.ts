/** A timeline with a bit of everything. */
import type { TimedStep, Timeline } from "../../../../src/host/timeline/timeline.ts";

const BEGIN = 5_000_000; // some hours after the machine started

type Some = Partial<TimedStep> & Pick<TimedStep, "words">;

function step(side: TimedStep["side"], label: string, [from, to]: readonly [number, number], some: Some): TimedStep {
  const times = { begin: BEGIN + from, end: BEGIN + to };
  return { side, label, op: "", call: "", origin: "", isWait: false, hasFailed: false, ...times, ...some };
}

const STEPS: readonly TimedStep[] = [
  step("host", "", [0, 2], { words: "start lamina" }),
  step("host", "", [2, 2.5], { words: "read and check the bundle" }),
  step("host", "h1", [2.5, 2.75], {
    op: "makeCgroup",
    words: "make cgroup /sys/fs/cgroup/a",
    call: "mkdir(2)",
    origin: "/linux/cgroupsPath",
  }),
  step("host", "h2", [2.75, 3.5], { op: "spawnInit", words: "start init", call: "posix_spawn(3)" }),
  step("host", "h3", [3.5, 9], { op: "await", words: 'wait for init at "ready"', call: "recv(2)", isWait: true }),
  step("init", "i1", [3.75, 4], { op: "unshare", words: "leave the mount namespace", call: "unshare(2)", origin: "/linux/namespaces/0" }),
  step("init", "i2", [4, 8], {
    op: "newFilesystem",
    words: 'make tmpfs file system "shm" as #1',
    call: "fsconfig(2)",
    origin: "/mounts/3",
  }),
  step("init", "i3", [8, 8.125], {
    op: "attach",
    words: "attach mount #1 at /dev/\u001b[31mshm",
    call: "move_mount(2)",
    origin: "/mounts/3",
  }),
  step("init", "i5", [8.125, 8.25], { op: "attachRoot", words: "attach a layer", call: "move_mount(2)", origin: "layers.json#/layers/0" }),
  step("init", "i6", [8.25, 9.5], { op: "sync", words: 'wait for the host at "ready"', call: "recv(2)", isWait: true }),
  step("host", "h4", [9, 9.25], { op: "saveState", words: "save the state", call: "rename(2)" }),
  step("host", "h5", [9.25, 9.5], { op: "release", words: 'let init go on from "ready"', call: "send(2)" }),
  step("host", "", [9.5, 9.8], { words: "wait until the program has taken init's place", isWait: true }),
  step("init", "i7", [9.5, 9.8], { op: "exec", words: 'execute "/bin/true"', call: "execve(2)", origin: "/process/args" }),
];

export function timelineOf(more: Partial<Timeline> = {}): Timeline {
  return { command: "run", id: "web", steps: STEPS, begin: BEGIN, end: BEGIN + 9.8, hasFailed: false, remarks: [], ...more };
}
