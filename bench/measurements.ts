/**
 * What is measured: for each name of `--only`, the command lines, and which of their costs make which rows.
 *
 * The kernel takes a container's namespaces and cgroups apart for some milliseconds after it ends, which slows down whatever
 * comes next. So a timed container follows an untimed one of the same runtime: each pays for its own leftovers only.
 */
import { join } from "node:path";
import { hasPodmanProfile, podmanProfile } from "../test/support/podman-profile.ts";
import type { Bench, Row } from "./bench.ts";
import { filterCalls, makeWaiting } from "./bundle.ts";
import { measureAtOnce } from "./measure-at-once.ts";
import { measureCommit } from "./measure-commit.ts";
import { measureDocker } from "./measure-docker.ts";
import { measureImport } from "./measure-import.ts";
import { measureLayers } from "./measure-layers.ts";
import { measureStore } from "./measure-store.ts";
import type { MeasurementName } from "./measurement-names.ts";
import { measureMemoryLimit } from "./memory-limit.ts";
import { commandOf, type Runtime } from "./runtimes.ts";
import { type Cost, collect, interleave, type Sequence, type Step } from "./script.ts";

type Measure = (bench: Bench, rounds: number) => Promise<Row[]>;

export const MEASUREMENTS: Readonly<Record<MeasurementName, Measure>> = {
  version: measureVersion,
  state: measureState,
  run: measureRun,
  seccomp: measureSeccomp,
  lifecycle: measureLifecycle,
  exec: measureExec,
  memory: measureMemory,
  "memory-limit": measureLimits,
  parallel: measureParallel,
  layers: measureLayers,
  import: measureImport,
  commit: measureCommit,
  store: measureStore,
  docker: measureDocker,
};

const LIFECYCLE = ["create", "start", "state", "delete"] as const;
const PAUSE = { kind: "pause", milliseconds: 50 } as const satisfies Step;

async function measureVersion({ runtimes, stopwatch }: Bench, rounds: number): Promise<Row[]> {
  const sequences = interleave(runtimes, rounds, ({ path }) => [{ kind: "run", argv: [path, "--version"] }]);
  const samples = collect(sequences, await stopwatch.time(sequences), totalTime);
  return [{ name: "version", work: "`--version`", unit: "ms", samples }];
}

/** All on one created container per runtime, whose process waits for `start` meanwhile. */
async function measureState(bench: Bench, rounds: number): Promise<Row[]> {
  const ids = new Map(bench.runtimes.map((runtime) => [runtime, bench.newId()]));
  const forAll = (steps: (runtime: Runtime, id: string) => readonly Step[]): Sequence[] =>
    [...ids].map(([runtime, id]) => ({ steps: steps(runtime, id) }));
  const sequences = [
    ...forAll((runtime, id) => [create(bench, runtime, id)]),
    ...interleave(bench.runtimes, rounds, (runtime) => [run(runtime, "state", ids.get(runtime) ?? "")]),
    ...forAll((runtime, id) => [run(runtime, "delete", "--force", id)]),
  ];
  const samples = collect(sequences, await bench.stopwatch.time(sequences), totalTime);
  return [{ name: "state", work: "`state` of a created container", unit: "ms", samples }];
}

/**
 * Back to back, and on an idle machine. The two differ much: on an idle machine the kernel's grace periods, which mounting and
 * entering namespaces wait for, last several ticks.
 */
async function measureRun(bench: Bench, rounds: number): Promise<Row[]> {
  const busy = interleave(bench.runtimes, rounds, (runtime) => [runTrue(bench, runtime), runTrue(bench, runtime)]);
  const idle = interleave(bench.runtimes, Math.ceil(rounds / 4), (runtime) => [PAUSE, runTrue(bench, runtime)]);
  const last = (costs: readonly Cost[]) => costs.at(-1)?.milliseconds ?? Number.NaN;
  const samples = collect(busy, await bench.stopwatch.time(busy), last);
  const samplesIdle = collect(idle, await bench.stopwatch.time(idle), last);
  return [
    { name: "run", work: "`run` of /bin/true", unit: "ms", samples },
    { name: "run/idle", work: `– after ${PAUSE.milliseconds} ms of nothing`, unit: "ms", samples: samplesIdle },
  ];
}

/** With the filter that engines ask for by default. Each runtime has compiled it before, where it keeps what it compiled. */
async function measureSeccomp(bench: Bench, rounds: number): Promise<Row[]> {
  if (!hasPodmanProfile()) {
    bench.note("`seccomp` is not measured: golang-github-containers-common, which has the engines' profile, is not installed");
    return [];
  }
  const bundle = join(bench.home, "filtered");
  filterCalls(bench.bundle, bundle, podmanProfile());
  const filtered = (runtime: Runtime): Step => run(runtime, "run", "--bundle", bundle, bench.newId());
  const sequences = interleave(bench.runtimes, rounds, (runtime) => [filtered(runtime), filtered(runtime)]);
  const samples = collect(sequences, await bench.stopwatch.time(sequences), (costs) => costs.at(-1)?.milliseconds ?? Number.NaN);
  return [{ name: "seccomp", work: "`run` with the engines' seccomp profile", unit: "ms", samples }];
}

/** The time from /bin/true's start to its end is not counted: it is the kernel's, and no command is running. */
async function measureLifecycle(bench: Bench, rounds: number): Promise<Row[]> {
  const sequences = interleave(bench.runtimes, rounds, (runtime) => {
    const id = bench.newId();
    return [runTrue(bench, runtime), ...createStartAwait(bench, runtime, id), run(runtime, "state", id), run(runtime, "delete", id)];
  });
  const timing = await bench.stopwatch.time(sequences);
  const single = LIFECYCLE.map((command, index): Row => {
    const samples = collect(sequences, timing, (costs) => costs[index + 1]?.milliseconds ?? Number.NaN);
    return { name: `lifecycle/${command}`, work: `– of which \`${command}\``, unit: "ms", samples };
  });
  const samples = collect(sequences, timing, (costs) => totalTime(costs.slice(1)));
  return [{ name: "lifecycle", work: "`create`, `start`, `state`, `delete`", unit: "ms", samples }, ...single];
}

/** In one container per runtime that runs meanwhile. */
async function measureExec(bench: Bench, rounds: number): Promise<Row[]> {
  const bundle = join(bench.home, "waiting");
  makeWaiting(bench.bundle, bundle);
  const ids = new Map(bench.runtimes.map((runtime) => [runtime, bench.newId()]));
  const forAll = (steps: (runtime: Runtime, id: string) => readonly Step[]): Sequence[] =>
    [...ids].map(([runtime, id]) => ({ steps: steps(runtime, id) }));
  const exec = (runtime: Runtime): Step => run(runtime, "exec", ids.get(runtime) ?? "", "/bin/true");
  const sequences = [
    ...forAll((runtime, id) => [run(runtime, "create", "--bundle", bundle, id), run(runtime, "start", id)]),
    ...interleave(bench.runtimes, rounds, (runtime) => [exec(runtime), exec(runtime)]),
    ...forAll((runtime, id) => [run(runtime, "delete", "--force", id)]),
  ];
  const samples = collect(sequences, await bench.stopwatch.time(sequences), (costs) => costs.at(-1)?.milliseconds ?? Number.NaN);
  return [{ name: "exec", work: "`exec` of /bin/true", unit: "ms", samples }];
}

/** The largest process of each command, as the kernel reports it to the parent: includes helpers that the runtime waited for. */
async function measureMemory(bench: Bench, rounds: number): Promise<Row[]> {
  const sequences = interleave(bench.runtimes, Math.min(rounds, 20), (runtime) => {
    const id = bench.newId();
    return [...createStartAwait(bench, runtime, id), run(runtime, "delete", id), runTrue(bench, runtime)];
  });
  const timing = await bench.stopwatch.time(sequences);
  const ofCreate = collect(sequences, timing, (costs) => costs.at(0)?.maxrssKib ?? Number.NaN);
  const ofRun = collect(sequences, timing, (costs) => costs.at(-1)?.maxrssKib ?? Number.NaN);
  return [
    { name: "memory/create", work: "peak memory of `create`", unit: "KiB", samples: ofCreate },
    { name: "memory/run", work: "peak memory of `run`", unit: "KiB", samples: ofRun },
  ];
}

/** One result per runtime, whatever the number of rounds: each is found by a search. */
async function measureLimits(bench: Bench): Promise<Row[]> {
  const samples: Partial<Record<Runtime["name"], number[]>> = {};
  for (const runtime of bench.runtimes) samples[runtime.name] = [await measureMemoryLimit(bench, runtime)];
  return [{ name: "memory-limit", work: "smallest memory limit for /bin/true", unit: "KiB", samples }];
}

/** A tenth of the rounds, because each is a hundred containers of every runtime. */
async function measureParallel(bench: Bench, rounds: number): Promise<Row[]> {
  return [await measureAtOnce(bench, "parallel", Math.ceil(rounds / 10), (runtime, count) => containers(bench, runtime, count))];
}

function containers(bench: Bench, runtime: Runtime, count: number): Sequence[] {
  return Array.from({ length: count }, () => {
    const id = bench.newId();
    return { steps: [...createStartAwait(bench, runtime, id), run(runtime, "delete", id)] };
  });
}

function createStartAwait(bench: Bench, runtime: Runtime, id: string): Step[] {
  return [create(bench, runtime, id), { kind: "watch", file: pidFile(bench, id) }, run(runtime, "start", id), { kind: "await" }];
}

function create(bench: Bench, runtime: Runtime, id: string): Step {
  return run(runtime, "create", "--bundle", bench.bundle.path, "--pid-file", pidFile(bench, id), id);
}

function runTrue(bench: Bench, runtime: Runtime): Step {
  return run(runtime, "run", "--bundle", bench.bundle.path, bench.newId());
}

function run(runtime: Runtime, ...args: readonly string[]): Step {
  return { kind: "run", argv: commandOf(runtime, ...args) };
}

function pidFile({ home }: Bench, id: string): string {
  return join(home, "pids", id);
}

function totalTime(costs: readonly Cost[]): number {
  return costs.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}
