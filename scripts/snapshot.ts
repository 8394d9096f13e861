/**
 * Builds the executable with its modules loaded already, in two passes (native/engine/heap.h):
 *
 *   1. modules, files ─▶ image ─▶ a host with an empty heap, which runs and writes the snapshot
 *   2. late modules, files ─▶ image ─▶ the host with the snapshot as its heap
 *
 * In between the first one rehearses, if there is something to rehearse: objects that a run writes to then lie together.
 *
 * The snapshot refers to code and data of the host by address, so both passes must agree in all but heap and image.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import { buildHost, buildImage, type ImageEntry, type Target } from "./build-engine.ts";
import { produce } from "./build-native.ts";

export interface SnapshotProgram {
  readonly out: string;
  /** For what is made on the way. */
  readonly directory: string;
  readonly entries: readonly ImageEntry[];
  /** A script that runs the program, `sh SCRIPT MAKE-HEAP PROFILE` (native/engine/rehearsal.c). */
  readonly rehearsal?: string;
  readonly target?: Target;
}

/** Sections whose content differs between the passes, and what nobody loads. */
const OWN = [".heap", ".image"];

/** Builds an executable that starts with all modules loaded, and returns its path. Throws what a module throws, in words. */
export async function buildSnapshotHost({ out, directory, entries, rehearsal, target }: SnapshotProgram): Promise<string> {
  await mkdir(directory, { recursive: true });
  const early = entries.filter(({ late }) => late !== true);
  const machine = target === undefined ? {} : { target };
  const modules = await buildImage(join(directory, "modules.image"), early);
  const maker = await buildHost({ out: join(directory, "make-heap"), image: modules, heap: "make", ...machine });
  const profile = rehearsal === undefined ? [] : [await rehearse(maker, rehearsal, join(directory, "profile"))];
  const path = await produce({
    out: join(directory, "heap"),
    inputs: [maker, ...profile],
    command: (to) => [...(target?.runner ?? []), maker, to, ...profile],
  });
  const rest = await buildImage(
    join(directory, "image"),
    entries.filter(({ kind, late }) => kind === "file" || late === true),
  );
  await buildHost({ out, image: rest, heap: { path }, ...machine });
  await requireSameLayout(maker, out);
  return out;
}

function rehearse(maker: string, script: string, out: string): Promise<string> {
  return produce({ out, inputs: [maker, script], command: (to) => ["sh", script, maker, to] });
}

/** Throws unless all sections but heap and image are the same, and at the same addresses. */
export async function requireSameLayout(maker: string, made: string): Promise<void> {
  const [first, second] = await Promise.all([readSections(maker), readSections(made)]);
  const names = new Set([...first.keys(), ...second.keys()]);
  const different = [...names].filter((name) => !OWN.includes(name) && first.get(name) !== second.get(name));
  if (different.length === 0) return;
  throw new RuntimeError("integrity", `cannot build ${made}: with its heap, other sections differ: ${different.join(", ")}`);
}

/** What is in memory when the program starts: name → address and content. */
async function readSections(program: string): Promise<Map<string, string>> {
  const run = Bun.spawnSync(["readelf", "--section-headers", "--wide", program]);
  const rows = run.stdout.toString().matchAll(/^ *\[ *\d+\] (\S+) +(\S+) +([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+) \S+ +([A-Z]*A[A-Z]*) /gm);
  const bytes = await Bun.file(program).bytes();
  const sections = new Map<string, string>();
  for (const [, name = "", type, address, offset = "", size = ""] of rows) {
    const start = Number.parseInt(offset, 16);
    const content = type === "NOBITS" ? size : Bun.hash(bytes.subarray(start, start + Number.parseInt(size, 16))).toString(16);
    sections.set(name, `${address} ${size} ${content}`);
  }
  if (sections.has(".heap") && sections.has(".text")) return sections;
  throw new RuntimeError("integrity", `cannot read the sections of ${program}: readelf exited with ${run.exitCode}\n${run.stderr}`);
}
