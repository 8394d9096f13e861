/** Bundles TypeScript for the host: the entry, and a module for each part that is loaded late or shared. */
import { mkdir, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import type { ImageEntry } from "./build-engine.ts";

export interface Bundle {
  readonly entry: string;
  /** Where the modules go; existing content is removed. */
  readonly directory: string;
  readonly define?: Readonly<Record<string, string>>;
  readonly external?: readonly string[];
}

/** Function names stay, for stack traces, and so do lines: bytecode contains no text that could get smaller. */
const MINIFY = { whitespace: false, identifiers: false, syntax: true } as const;

/** The modules for an image, entry first. */
export async function bundle({ entry, directory, define = {}, external = [] }: Bundle): Promise<ImageEntry[]> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const built = await Bun.build({
    entrypoints: [entry],
    outdir: directory,
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
  const first = built.outputs.find(({ kind }) => kind === "entry-point")?.path ?? "";
  const others = (await readdir(directory)).map((name) => join(directory, name)).filter((path) => path !== first);
  return [first, ...others.sort()].map((path) => ({ kind: "module", name: basename(path), path }));
}
