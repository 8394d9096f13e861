/** Importing and unpacking an image, from a layout in the page cache to an empty file system for each sample. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Bench, Row } from "./bench.ts";
import { execute } from "./command.ts";
import { openDisk } from "./fresh-disk.ts";
import { type ImageTool, toolsFor } from "./image-tools.ts";
import { COMPRESSIONS, type Compression } from "./layout.ts";
import type { RootFilesystem } from "./root-filesystem.ts";
import type { Contender } from "./runtimes.ts";
import { type Cost, roundOrders } from "./script.ts";

/** A twentieth of the rounds, because each takes some seconds per tool. */
const SHARE = 20;

export async function measureImport(bench: Bench, rounds: number): Promise<Row[]> {
  const root = bench.findRootFilesystem();
  if (root === undefined) return [];
  const rows: Row[] = [];
  for (const compression of COMPRESSIONS) rows.push(...(await measureOne(bench, root, compression, Math.ceil(rounds / SHARE))));
  return rows;
}

async function measureOne(bench: Bench, root: RootFilesystem, compression: Compression, rounds: number): Promise<Row[]> {
  const layout = root.layouts[compression];
  const tools = toolsFor(bench.imageTools, compression, bench.home, bench.note);
  const times: Partial<Record<Contender, number[]>> = {};
  const memory: Partial<Record<Contender, number[]>> = {};
  for (const tool of roundOrders(tools, rounds).flat()) {
    const { milliseconds, maxrssKib } = await measureSample(bench, tool, layout);
    times[tool.name] = [...(times[tool.name] ?? []), milliseconds];
    memory[tool.name] = [...(memory[tool.name] ?? []), maxrssKib];
  }
  return [
    { name: `import/${compression}`, work: `import of a root filesystem, ${compression}`, unit: "ms", samples: times },
    { name: `import/${compression}-memory`, work: "– peak memory", unit: "KiB", samples: memory },
  ];
}

async function measureSample({ home, stopwatch }: Bench, tool: ImageTool, layout: string): Promise<Cost> {
  using disk = openDisk(join(home, "disk"));
  for (const blob of readdirSync(join(layout, "blobs/sha256"))) execute(["cksum", join(layout, "blobs/sha256", blob)]); // cached
  const steps = [{ kind: "run", argv: tool.importing(layout, disk.path) }] as const;
  const { costs } = await stopwatch.time([{ runtime: tool.name, steps }]);
  return costs[0]?.[0] ?? { milliseconds: Number.NaN, status: 0, maxrssKib: Number.NaN };
}
