/** The time that many containers take when several are started at the same time. */
import type { Bench, Row } from "./bench.ts";
import type { Runtime } from "./runtimes.ts";
import { roundOrders, type Sequence } from "./script.ts";

const CONTAINERS = 100;
const AT_A_TIME = 8;

/** `containers` makes a sequence for each of `count` containers of a runtime. A first few do not count. */
export async function measureAtOnce(
  { runtimes, stopwatch }: Bench,
  name: string,
  rounds: number,
  containers: (runtime: Runtime, count: number) => Sequence[],
): Promise<Row> {
  const samples: Partial<Record<Runtime["name"], number[]>> = {};
  for (const runtime of runtimes) await stopwatch.time(containers(runtime, AT_A_TIME), AT_A_TIME);
  for (const runtime of roundOrders(runtimes, rounds).flat()) {
    const { wallMilliseconds } = await stopwatch.time(containers(runtime, CONTAINERS), AT_A_TIME);
    samples[runtime.name] = [...(samples[runtime.name] ?? []), wallMilliseconds];
  }
  return { name, work: `${CONTAINERS} containers, ${AT_A_TIME} at a time`, unit: "ms", samples };
}
