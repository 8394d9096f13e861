/** Commands that prepare something and are not measured. */
import { BenchError } from "./bench-error.ts";

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  /** The last line that it wrote to stderr. */
  readonly complaint: string;
}

/** Looked up in PATH, and in the directories of administrators' programs. */
export function findProgram(name: string): string | null {
  return Bun.which(name, { PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` });
}

export function tryExecute(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Outcome {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...argv], { stdin: "ignore", env: { ...process.env, ...env } });
  return { status: exitCode, stdout: stdout.toString(), complaint: stderr.toString().trim().split("\n").at(-1) ?? "" };
}

/** Returns its output. */
export function execute(argv: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, complaint } = tryExecute(argv, env);
  if (status !== 0) throw new BenchError(`cannot prepare a measurement: \`${argv.join(" ")}\`: exit status ${status}: ${complaint}`);
  return stdout;
}
