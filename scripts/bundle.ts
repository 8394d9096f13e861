/** Bundles TypeScript for the host: the entry, and a module for each part that is loaded late or shared. */
import { mkdir, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import type { ImageEntry } from "./build-engine.ts";

export interface Bundle {
  readonly entry: string;
  /** Imported by import() alone, and rarely: loaded then, and not when the executable is built (snapshot.ts). */
  readonly late?: readonly string[];
  /** Needed by every start: they and what they import become modules of their own, which lie together in the heap. */
  readonly common?: readonly string[];
  /** Where the modules go; existing content is removed. */
  readonly directory: string;
  readonly define?: Readonly<Record<string, string>>;
  readonly external?: readonly string[];
}

/** Function names stay, for stack traces, and so do lines: bytecode contains no text that could get smaller. */
const MINIFY = { whitespace: false, identifiers: false, syntax: true } as const;

/** The modules for an image, entry first. */
export async function bundle({ entry, late = [], common = [], directory, define = {}, external = [] }: Bundle): Promise<ImageEntry[]> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const built = await Bun.build({
    entrypoints: [entry, ...late, ...common],
    outdir: directory,
    naming: { entry: "[name].[ext]" },
    target: "bun", // newer syntax stays, and imports are not wrapped for browsers; package.json's condition picks the host
    format: "esm",
    splitting: true,
    conditions: ["lamina"],
    external: ["lamina:host", ...external],
    define: { ...define },
    minify: MINIFY,
    throw: false,
  });
  if (!built.success) throw new RuntimeError("integrity", `cannot bundle ${entry}:\n${built.logs.join("\n")}`);
  const moduleName = (path: string): string => basename(path).replace(/\.ts$/, ".js");
  const first = moduleName(entry);
  const others = (await readdir(directory)).filter((name) => name !== first);
  const isLate = new Set(late.map(moduleName));
  return [first, ...others.sort()].map((name) => ({ kind: "module", name, path: join(directory, name), late: isLate.has(name) }));
}
