/** The cost of assembling a container's root filesystem from layers: `run` of the same program, from layers and from a directory. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench, Row } from "./bench.ts";
import { execute } from "./command.ts";
import { laminaIn } from "./image-tools.ts";
import { NAME, writeLayout } from "./layout.ts";
import { commandOf } from "./runtimes.ts";
import { type Cost, collect, interleave, type Step } from "./script.ts";

const COUNTS = [1, 10, 100] as const;

export async function measureLayers(bench: Bench, rounds: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of COUNTS) rows.push(await measureCount(bench, rounds, count));
  return rows;
}

/** As with `run`, each timed container follows an untimed one of its kind. */
async function measureCount(bench: Bench, rounds: number, count: number): Promise<Row> {
  const [lamina] = bench.runtimes;
  if (lamina === undefined) throw new Error("lamina is always measured");
  const { store, path } = makeLayeredBundle(bench, lamina.path, count);
  const kinds = [{ name: "lamina", bundle: path } as const, { name: "plain", bundle: bench.bundle.path } as const];
  const run = (bundle: string): Step => {
    const [program = "", ...options] = commandOf(lamina, "--image-root", store, "run", "--bundle", bundle, bench.newId());
    return { kind: "run", argv: [program, ...options] };
  };
  const sequences = interleave(kinds, rounds, ({ bundle }) => [run(bundle), run(bundle)]);
  const last = (costs: readonly Cost[]) => costs.at(-1)?.milliseconds ?? Number.NaN;
  const samples = collect(sequences, await bench.stopwatch.time(sequences), last);
  return { name: `layers/${count}`, work: `\`run\` from ${count} layer${count === 1 ? "" : "s"}`, unit: "ms", samples };
}

/** The other measurements' bundle with an image as its root filesystem: the files in the lowest layer, one file in each other. */
function makeLayeredBundle({ home, bundle }: Bench, lamina: string, count: number): { readonly store: string; readonly path: string } {
  const disk = join(home, `layers-${count}`);
  mkdirSync(disk);
  const base = tarOf(join(bundle.path, "rootfs"), disk);
  const others = Array.from({ length: count - 1 }, (_, i) => {
    const files = join(disk, `layer-${i}`);
    mkdirSync(files);
    writeFileSync(join(files, `file-${i}`), String(i));
    return tarOf(files, disk);
  });
  writeLayout(join(disk, "layout"), [base, ...others]);
  const path = join(disk, "bundle");
  execute([...laminaIn(lamina, disk), "image", "import", join(disk, "layout")]);
  execute([...laminaIn(lamina, disk), "bundle", NAME, path]);
  writeFileSync(join(path, "config.json"), JSON.stringify(bundle.config));
  return { store: join(disk, "store"), path };
}

export function tarOf(directory: string, scratch: string): Uint8Array {
  const tar = join(scratch, "layer.tar");
  execute(["tar", "--sort=name", "--mtime=@0", "-C", directory, "-cf", tar, "."]);
  return readFileSync(tar);
}
