/** A new image of a container's changes: 10,000 overwritten files of a root filesystem, with each tool's own way of storing changes. */
import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Bench, Row } from "./bench.ts";
import { BenchError } from "./bench-error.ts";
import { execute } from "./command.ts";
import { type Disk, openDisk } from "./fresh-disk.ts";
import { type ImageTool, laminaIn, podmanIn, toolsFor } from "./image-tools.ts";
import { NAME } from "./layout.ts";
import { type Contender, commandOf } from "./runtimes.ts";
import { roundOrders } from "./script.ts";

/** A twentieth of the rounds, as for `import`. */
const SHARE = 20;
const CHANGES = 10_000;
const SIZE = 4096;

/** A tool with everything changed and nothing committed. */
interface Prepared {
  readonly name: ImageTool["name"];
  /** Where the container sees its root. */
  readonly root: string;
  readonly commit: (image: string) => readonly string[];
}

export async function measureCommit(bench: Bench, rounds: number): Promise<Row[]> {
  const found = bench.findRootFilesystem();
  if (found === undefined) return [];
  using disks = new DisposableStack();
  const layout = found.layouts.gzip;
  const home = join(bench.home, "commit");
  mkdirSync(home);
  const prepared: Prepared[] = [];
  for (const tool of toolsFor(bench.imageTools, "gzip", home, bench.note)) {
    const disk = disks.use(openDisk(join(home, tool.name)));
    prepared.push(await PREPARE[tool.name](bench, tool, { disk, layout }));
  }
  const times: Partial<Record<Contender, number[]>> = {};
  for (const [round, order] of [prepared, ...roundOrders(prepared, Math.ceil(rounds / SHARE))].entries()) {
    for (const { name, root, commit } of order) {
      writeFileSync(join(root, "round"), String(round)); // so that no layer exists already
      const { costs } = await bench.stopwatch.time([{ runtime: name, steps: [{ kind: "run", argv: commit(`round-${round}`) }] }]);
      if (round > 0) times[name] = [...(times[name] ?? []), costs[0]?.[0]?.milliseconds ?? Number.NaN];
    }
  }
  return [{ name: "commit", work: `commit of ${CHANGES} changed files`, unit: "ms", samples: times }];
}

interface Place {
  readonly disk: Disk;
  readonly layout: string;
}

const PREPARE: Readonly<Record<ImageTool["name"], (bench: Bench, tool: ImageTool, place: Place) => Prepared | Promise<Prepared>>> = {
  lamina: prepareLamina,
  umoci: prepareUmoci,
  podman: preparePodman,
};

/** The files are written to the writable layer before the container is made, as if an earlier one had written them. */
async function prepareLamina(bench: Bench, tool: ImageTool, { disk, layout }: Place): Promise<Prepared> {
  const [runtime] = bench.runtimes;
  if (runtime === undefined) throw new Error("lamina is always measured");
  const bundle = join(disk.path, "bundle");
  const id = bench.newId();
  execute(tool.importing(layout, disk.path));
  execute([...laminaIn(tool.path, disk.path), "bundle", NAME, bundle]);
  writeFileSync(join(bundle, "config.json"), JSON.stringify(bench.bundle.config));
  const layers = join(disk.path, "store/layers/sha256");
  const lower = join(layers, readdirSync(layers)[0] ?? "", "diff");
  const upper = join(bundle, "upper");
  mkdirSync(upper, { mode: statSync(lower).mode });
  change(lower, upper);
  const [program = "", ...options] = commandOf(runtime, "--image-root", join(disk.path, "store"));
  await bench.stopwatch.time([{ steps: [{ kind: "run", argv: [program, ...options, "create", "--bundle", bundle, id] }] }]); // stdio: /dev/null
  return { name: "lamina", root: upper, commit: (image) => [program, ...options, "commit", id, image] };
}

function prepareUmoci(_: Bench, tool: ImageTool, { disk, layout }: Place): Prepared {
  const copy = join(disk.path, "layout");
  const bundle = join(disk.path, "bundle");
  cpSync(layout, copy, { recursive: true, dereference: true });
  execute(tool.importing(copy, disk.path));
  change(join(bundle, "rootfs"), join(bundle, "rootfs"));
  return { name: "umoci", root: join(bundle, "rootfs"), commit: (image) => [tool.path, "repack", "--image", `${copy}:${image}`, bundle] };
}

/** The container is never started. */
function preparePodman(_: Bench, tool: ImageTool, { disk, layout }: Place): Prepared {
  const podman = podmanIn(tool.path, disk.path);
  const image = execute(tool.importing(layout, disk.path)).trim();
  const id = execute([...podman, "create", "--network", "none", image, "/bin/true"]).trim();
  const root = execute([...podman, "mount", id]).trim();
  change(root, root);
  return { name: "podman", root, commit: (name) => [...podman, "commit", "--quiet", id, name] };
}

/** Overwrites the first files below `from`, in place or as new files below `to`, with the same owner and mode. */
function change(from: string, to: string): void {
  const files = listFiles(from, "", CHANGES);
  if (files.length < CHANGES) throw new BenchError(`cannot change ${CHANGES} files: the root filesystem has ${files.length}`);
  for (const [i, file] of files.entries()) {
    const { mode, uid, gid } = statSync(join(from, file));
    copyParents(from, to, dirname(file));
    writeFileSync(join(to, file), contentOf(i));
    chownSync(join(to, file), uid, gid);
    chmodSync(join(to, file), mode & 0o7777);
  }
}

function copyParents(from: string, to: string, path: string): void {
  if (path === "." || statSync(join(to, path), { throwIfNoEntry: false }) !== undefined) return;
  copyParents(from, to, dirname(path));
  const { mode, uid, gid } = statSync(join(from, path));
  mkdirSync(join(to, path));
  chownSync(join(to, path), uid, gid);
  chmodSync(join(to, path), mode & 0o7777);
}

/** Regular files, at most `most`; always the same ones for the same tree. */
function listFiles(root: string, directory: string, most: number): string[] {
  const found: string[] = [];
  const entries = readdirSync(join(root, directory), { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (found.length >= most) break;
    const path = join(directory, entry.name);
    if (entry.isFile()) found.push(path);
    else if (entry.isDirectory()) found.push(...listFiles(root, path, most - found.length));
  }
  return found;
}

/** Half of it is compressible. */
function contentOf(index: number): Uint8Array {
  const content = Buffer.alloc(SIZE, `changed file ${index}\n`);
  for (let at = 0; at < SIZE / 2; at += 8) content.writeBigUInt64LE(Bun.hash.wyhash(`${index} ${at}`), at);
  return content;
}
