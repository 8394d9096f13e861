/**
 * Whether a store with many images costs more than one with few: the same commands on both, in turn. And an image of many layers,
 * whose import should take as many times what one layer takes, and no more.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench, Row } from "./bench.ts";
import { execute } from "./command.ts";
import { openDisk } from "./fresh-disk.ts";
import { laminaIn } from "./image-tools.ts";
import { type BenchImage, writeImages, writeLayout } from "./layout.ts";
import { tarOf } from "./measure-layers.ts";
import { type Contender, commandOf, type Runtime } from "./runtimes.ts";
import { type Cost, collect, roundOrders, type Sequence, type Step } from "./script.ts";

/** A tenth of the rounds, because `verify` reads the whole store in each. */
const SHARE = 10;
const MANY = 1000;
const LAYERS = 1000;
const EXTRA = "extra:1";

const COMMANDS = ["import", "list", "run", "verify", "rm", "gc"] as const;

/** A store, and whose column it fills: "plain" has one image. */
interface Store {
  readonly name: Extract<Contender, "lamina" | "plain">;
  readonly disk: string;
}

export async function measureStore(bench: Bench, rounds: number): Promise<Row[]> {
  const [lamina] = bench.runtimes;
  if (lamina === undefined) throw new Error("lamina is always measured");
  const home = join(bench.home, "stores");
  mkdirSync(home);
  using disk = openDisk(join(home, "disk"));
  const base = tarOf(join(bench.bundle.path, "rootfs"), home);
  writeImages(join(home, "extra"), [{ name: EXTRA, layers: [base, layerOf(home, "extra")] }]);
  const stores: Store[] = [
    { name: "plain", disk: join(disk.path, "one") },
    { name: "lamina", disk: join(disk.path, "many") },
  ];
  for (const [i, count] of [1, MANY].entries()) {
    const layout = join(home, `layout-${count}`);
    writeImages(
      layout,
      Array.from({ length: count }, (_, n): BenchImage => ({ name: `image:${n}`, layers: [base, layerOf(home, String(n))] })),
    );
    execute([...laminaIn(lamina.path, stores[i]?.disk ?? ""), "image", "import", layout]);
  }
  return [
    ...(await measureCommands(bench, { lamina, stores, extra: join(home, "extra") }, rounds)),
    ...(await measureManyLayers(bench, lamina, rounds)),
  ];
}

interface Subject {
  readonly lamina: Runtime;
  readonly stores: readonly Store[];
  /** The layout of the image that is added and removed. */
  readonly extra: string;
}

/** Each round imports an image, inspects it, starts a container of it, and removes it. */
async function measureCommands(bench: Bench, { lamina, stores, extra }: Subject, rounds: number): Promise<Row[]> {
  const stepsFor = ({ disk }: Store): Step[] => {
    const call = (...words: readonly string[]): Step => {
      const [program = "", ...options] = commandOf(lamina, "--image-root", join(disk, "store"), ...words);
      return { kind: "run", argv: [program, ...options] };
    };
    return [
      call("image", "import", extra),
      call("image", "list"),
      call("run", "--rm", "--image", EXTRA, bench.newId()),
      call("image", "verify"),
      call("image", "rm", EXTRA),
      call("image", "gc"),
    ];
  };
  const orders = [stores, ...roundOrders(stores, Math.ceil(rounds / SHARE))];
  const sequences = orders.flatMap((order, i): Sequence[] =>
    order.map((store) => ({ ...(i > 0 && { runtime: store.name }), steps: stepsFor(store) })),
  );
  const timing = await bench.stopwatch.time(sequences);
  return COMMANDS.map((command, index): Row => {
    const samples = collect(sequences, timing, (costs: readonly Cost[]) => costs[index]?.milliseconds ?? Number.NaN);
    return {
      name: `store/${command}`,
      work: `\`${command === "run" ? command : `image ${command}`}\` beside ${MANY} images`,
      unit: "ms",
      samples,
    };
  });
}

async function measureManyLayers(bench: Bench, { path }: Runtime, rounds: number): Promise<Row[]> {
  const home = join(bench.home, "many-layers");
  mkdirSync(home);
  const layout = join(home, "layout");
  writeLayout(
    layout,
    Array.from({ length: LAYERS }, (_, i) => layerOf(home, String(i))),
    "gzip",
  );
  const times: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < Math.ceil(rounds / SHARE); round++) {
    using disk = openDisk(join(home, "disk"));
    const steps = [{ kind: "run", argv: [...laminaIn(path, disk.path), "image", "import", layout] }] as const;
    const { costs } = await bench.stopwatch.time([{ runtime: "lamina", steps }]);
    times.push(costs[0]?.[0]?.milliseconds ?? Number.NaN);
    memory.push(costs[0]?.[0]?.maxrssKib ?? Number.NaN);
  }
  const work = `import of ${LAYERS} layers`;
  return [
    { name: "store/layers", work, unit: "ms", samples: { lamina: times } },
    { name: "store/layers-memory", work: "– peak memory", unit: "KiB", samples: { lamina: memory } },
  ];
}

/** One small file, in a directory that no other layer has. */
function layerOf(scratch: string, name: string): Uint8Array {
  const files = join(scratch, "files", name);
  mkdirSync(join(files, name), { recursive: true });
  writeFileSync(join(files, name, "file"), name);
  return tarOf(files, scratch);
}
