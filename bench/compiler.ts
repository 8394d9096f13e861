/** Compiles the bench's C programs into its own directory. */
import { join } from "node:path";
import { BenchError } from "./bench-error.ts";

const FLAGS = ["-O2", "-std=gnu11", "-Wall", "-Wextra", "-Wshadow", "-Wstrict-prototypes", "-Werror"];

/** Compiles files of bench/ to `output`. A static program is built with musl if installed, because glibc's is far larger. */
export function compile(sources: readonly string[], output: string, { isStatic = false } = {}): void {
  const names = sources.map((source) => `bench/${source}`).join(" and ");
  const paths = sources.map((source) => join(import.meta.dir, source));
  const compiler = (isStatic ? Bun.which("musl-gcc") : null) ?? Bun.which("cc") ?? Bun.which("gcc");
  if (compiler === null) throw new BenchError(`cannot compile ${names}: install a C compiler (cc or gcc)`);
  const built = Bun.spawnSync([compiler, ...FLAGS, ...(isStatic ? ["-static", "-s"] : []), "-o", output, ...paths]);
  if (!built.success) throw new BenchError(`cannot compile ${names} with ${compiler}: ${built.stderr.toString().trim()}`);
}
