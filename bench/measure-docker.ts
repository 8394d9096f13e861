/**
 * Containers by one dockerd with every runtime, on a ground of its own (test/engines/): Docker's default settings, its seccomp profile and
 * its bridge included. The client's time counts, as for whoever types the command.
 */
import { join } from "node:path";
import { hasDocker, IMAGE, openDocker } from "../test/engines/docker.ts";
import { packagedProgram } from "../test/support/requires.ts";
import type { Bench, Row } from "./bench.ts";
import { execute } from "./command.ts";
import { measureAtOnce } from "./measure-at-once.ts";
import type { Runtime } from "./runtimes.ts";
import { collect, interleave, type Step } from "./script.ts";

/** Shares of the rounds: a container takes a large part of a second. */
const SHARE = 2;
const SHARE_AT_ONCE = 20;

export async function measureDocker(bench: Bench, rounds: number): Promise<Row[]> {
  const [lamina] = bench.runtimes;
  if (lamina === undefined) throw new Error("lamina is always measured");
  if (!hasDocker()) {
    bench.note("`docker` is not measured: dockerd is not there; `npm run test:engines` fetches it");
    return [];
  }
  const client = [packagedProgram("docker") ?? "docker", "--host", `unix://${join(bench.home, "docker.sock")}`];
  const runtimes = Object.fromEntries(bench.runtimes.filter(({ name }) => name !== "runc").map(({ name, path }) => [name, { path }]));
  await using _ = await openDocker(lamina, { runtimes, hosts: ["unix:///run/docker.sock", client[2] ?? ""] });
  bench.note(
    `Docker: ${execute([...client, "version", "--format", "{{.Server.Version}}"]).trim()}; an image with a static busybox; the first row has half of the rounds, the second a twentieth`,
  );
  const run = ({ name }: Runtime): Step => ({ kind: "run", argv: [...client, "run", "--rm", "--runtime", name, IMAGE, "true"] });
  const sequences = interleave(bench.runtimes, Math.ceil(rounds / SHARE), (runtime) => [run(runtime), run(runtime)]);
  const samples = collect(sequences, await bench.stopwatch.time(sequences), (costs) => costs.at(-1)?.milliseconds ?? Number.NaN);
  const atOnce = await measureAtOnce(bench, "docker/parallel", Math.ceil(rounds / SHARE_AT_ONCE), (runtime, count) =>
    Array.from({ length: count }, () => ({ steps: [run(runtime)] })),
  );
  return [{ name: "docker", work: "`docker run --rm` of true", unit: "ms", samples }, atOnce];
}
