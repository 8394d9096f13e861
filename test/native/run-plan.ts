/** Runs a plan of a few steps with the real init, in its own namespaces, and returns what init reported. */
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { buildInit, buildNative, nativeOutput } from "../../scripts/build-native.ts";
import { type HostPath, hostPath } from "../../src/base/paths.ts";
import { encodePlan } from "../../src/plan/steps/encode.ts";
import type { InitStep, OnFailure, Planned } from "../../src/plan/steps/step.ts";
import { staticBusybox } from "../support/requires.ts";
import { type Files, tempDir, writeFiles } from "../support/temp-dir.ts";

const NEW_MOUNT_NAMESPACE = 0x20000;
const PRIVATE = 0x44000n;

/** A step, or one with its failure handling. */
export type Attempt = InitStep | readonly [OnFailure, InitStep];

export interface Trial extends AsyncDisposable {
  /** The directory that is mounted as the container's root. */
  readonly rootfs: HostPath;
  /** A directory that no container may change. */
  readonly outside: string;
  /** Lines of test/native/host.c, and the container's output. */
  run(steps: readonly Attempt[], options?: TrialOptions): Promise<string>;
}

export interface TrialOptions {
  readonly start?: boolean;
  /** Init starts without standard streams. */
  readonly closed?: boolean;
  /** Where a supervisor writes. */
  readonly supervised?: string;
  /** Use the sanitized init, unless this is false. */
  readonly sanitize?: boolean;
}

/** A root filesystem with busybox (as /bin/sh too) and `files`. In texts and link targets, `@OUTSIDE@` is the outside directory. */
export async function makeTrial(files: Files = {}): Promise<Trial> {
  const directory = await tempDir({ "outside/secret": "untouched" });
  const rootfs = hostPath(join(directory.path, "rootfs"));
  const outside = join(directory.path, "outside");
  await mkdir(join(rootfs, "bin"), { recursive: true });
  const busybox = staticBusybox();
  if (busybox === undefined) throw new Error("cannot make a trial: no static busybox");
  await copyFile(busybox, join(rootfs, "bin/busybox"));
  await writeFiles(rootfs, {
    "bin/sh": { link: "busybox" },
    ...(JSON.parse(JSON.stringify(files).replaceAll("@OUTSIDE@", outside)) as Files),
  });
  return {
    rootfs,
    outside,
    run: (steps, options = {}) => runPlan(directory.path, steps, options),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

/** The steps that give a process `rootfs` as its container's root: it is the mount of slot 0, not yet "/". */
export function inRoot(rootfs: HostPath): InitStep[] {
  return [
    { op: "unshare", flags: NEW_MOUNT_NAMESPACE },
    { op: "setPropagation", path: hostPath("/"), flags: PRIVATE },
    { op: "openTree", slot: 0, source: rootfs, recursive: false },
    { op: "attachRoot", slot: 0, path: rootfs },
  ];
}

/** The steps that execute a shell's `script` in the container. */
export function shell(script: string): InitStep[] {
  return [
    { op: "findExecutable", name: "/bin/sh", searchPath: "", magicLinks: false },
    { op: "closeOnExec", first: 3 },
    { op: "exec", args: ["sh", "-c", script], env: ["PATH=/bin"] },
  ];
}

/** A run's output, by its author: host.c and the container write to one pipe, in no fixed order. */
export interface Told {
  /** Init's reports about steps, without their numbers. */
  readonly steps: readonly string[];
  readonly printed: readonly string[];
  /** How its stages and their children ended, sorted. */
  readonly ends: readonly string[];
}

export function toldIn(output: string): Told {
  const lines = output.split("\n").filter((line) => line !== "" && line !== "pid");
  const isStep = (line: string): boolean => /^(warning|failed) step \d+: /.test(line);
  const isEnd = (line: string): boolean => /^(exit|signal) \d+$/.test(line);
  return {
    steps: lines.filter(isStep).map((line) => line.replace(/ step \d+/, "")),
    printed: lines.filter((line) => !isStep(line) && !isEnd(line)),
    ends: lines.filter(isEnd).sort(),
  };
}

async function runPlan(
  directory: string,
  steps: readonly Attempt[],
  { start = false, closed = false, supervised, sanitize = true }: TrialOptions,
): Promise<string> {
  const plan = steps.map(planned);
  await Bun.write(join(directory, "plan"), encodePlan(plan));
  const host = await buildNative({
    out: nativeOutput("test-host"),
    sources: [join(import.meta.dirname, "host.c")],
    included: [join(import.meta.dirname, "../../native/init/wire.h")],
    sanitize: true,
  });
  const init = await buildInit({ sanitize });
  const mode = start ? ["start"] : closed ? ["closed"] : supervised === undefined ? [] : [supervised];
  const run = Bun.spawn([host, init, join(directory, "plan"), ...mode], {
    env: { ASAN_OPTIONS: "detect_leaks=0" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, errors] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text(), run.exited]);
  return output + errors;
}

function planned(attempt: Attempt): Planned<InitStep> {
  return "op" in attempt ? { step: attempt, origin: "" } : { onFailure: attempt[0], step: attempt[1], origin: "" };
}
