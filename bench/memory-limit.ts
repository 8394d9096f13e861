/** The smallest memory limit under which a container runs: what a runtime itself needs inside the container's cgroup. */
import { join } from "node:path";
import type { Bench } from "./bench.ts";
import { BenchError } from "./bench-error.ts";
import { limitMemory } from "./bundle.ts";

import { commandOf, type Runtime } from "./runtimes.ts";
import type { Step } from "./script.ts";

const STEP_KIB = 32;
const HIGHEST_KIB = 64 * 1024;
const TRIES = 3;

/** In KiB. Every try at this limit succeeded, and at least one at the next smaller limit failed. */
export async function measureMemoryLimit(bench: Bench, runtime: Runtime): Promise<number> {
  const smallest = await findSmallest(HIGHEST_KIB / STEP_KIB, (steps) => runsUnder(bench, runtime, steps * STEP_KIB));
  if (smallest === undefined)
    throw new BenchError(`cannot find a memory limit for ${runtime.path}: /bin/true fails even under ${HIGHEST_KIB} KiB`);
  return smallest * STEP_KIB;
}

/** The smallest number from 1 to `highest` that passes, assuming that all larger ones pass too. */
export async function findSmallest(highest: number, passes: (candidate: number) => Promise<boolean>): Promise<number | undefined> {
  if (!(await passes(highest))) return undefined;
  let failing = 0;
  let passing = highest;
  while (passing - failing > 1) {
    const middle = (failing + passing) >> 1;
    if (await passes(middle)) passing = middle;
    else failing = middle;
  }
  return passing;
}

async function runsUnder(bench: Bench, runtime: Runtime, kib: number): Promise<boolean> {
  const bundle = join(bench.home, "limited");
  limitMemory(bench.bundle, bundle, kib * 1024);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const id = bench.newId();
    const steps: readonly Step[] = [
      { kind: "try", argv: commandOf(runtime, "run", "--bundle", bundle, id) },
      { kind: "try", argv: commandOf(runtime, "delete", "--force", id) }, // a failed run may leave something behind
    ];
    const { costs } = await bench.stopwatch.time([{ steps }]);
    if (costs[0]?.[0]?.status !== 0) return false;
  }
  return true;
}
