/** Whole trees of layers for tests: made as a driver makes them, and changed by a shell script. */
import { makeTree } from "../../../src/layers/copy/layer-tree.ts";
import type { DiffOptions } from "../../../src/layers/diff/diff.ts";
import { AT_FDCWD } from "../../../src/sys/call/at-flags.ts";
import { OPEN, openFile } from "../../../src/sys/file/file.ts";
import { lookAt } from "../../../src/sys/file/tree.ts";
import { type TempDir, tempDir } from "../../support/temp-dir.ts";

export interface WholeTree extends TempDir {
  /** The tree; `path` is the directory around it. */
  readonly tree: string;
  readonly warnings: readonly string[];
  /** For reading the changes in it. */
  readonly options: Pick<DiffOptions, "lower" | "treeSince">;
}

/** `lower` has the top layer first; the script runs in the root of the tree. */
export async function treeAfter(lower: readonly string[], script = "true"): Promise<WholeTree> {
  const work = await tempDir();
  const tree = `${work.path}/tree`;
  try {
    const warnings = copyTo(tree, lower);
    const run = Bun.spawnSync(["sh", "-euc", script], { cwd: tree });
    if (!run.success) throw new Error(`the script failed with ${run.exitCode}: ${run.stderr}`);
    return { ...work, tree, warnings, options: { lower, treeSince: lookAt(AT_FDCWD, `${tree}.tree`)?.modified } };
  } catch (error) {
    await work[Symbol.asyncDispose]();
    throw error;
  }
}

/** What could not be copied. */
export function copyTo(tree: string, lower: readonly string[]): string[] {
  using stack = new DisposableStack();
  const layers = lower.map((path) => ({ path, fd: stack.use(openFile(path, OPEN.path | OPEN.directory)).number }));
  const warnings: string[] = [];
  makeTree({ to: tree, layers, kind: "directory", userXattr: false, isVolatile: true, warn: (message) => warnings.push(message) });
  return warnings;
}
