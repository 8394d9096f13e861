/** Drives stopwatch.c, which starts the commands and keeps the time: no result includes Bun's own time. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BenchError } from "./bench-error.ts";
import { compile } from "./compiler.ts";
import { encodeScript, parseTiming, type Sequence, type Timing } from "./script.ts";

export interface Stopwatch {
  /** Runs the sequences, up to `workers` at a time. The first failed command ends it, and the error contains its stderr. */
  time(sequences: readonly Sequence[], workers?: number): Promise<Timing>;
}

/** Compiles the stopwatch into `home`. `interrupted` ends a run after the current commands; nothing is left running afterwards. */
export function makeStopwatch(home: string, interrupted: AbortSignal): Stopwatch {
  const binary = join(home, "stopwatch");
  const script = join(home, "script");
  compile(["stopwatch.c", "stopwatch-script.c"], binary);
  return {
    async time(sequences, workers = 1) {
      requireUninterrupted(interrupted);
      writeFileSync(script, encodeScript(sequences));
      const child = Bun.spawn([binary, script, String(workers)], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
      const stop = () => child.kill("SIGTERM");
      interrupted.addEventListener("abort", stop);
      const [stdout, stderr, status] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
      interrupted.removeEventListener("abort", stop);
      requireUninterrupted(interrupted);
      if (status !== 0) throw new BenchError(stderr.trim() || `cannot measure: the stopwatch ended with ${child.signalCode ?? status}`);
      return parseTiming(stdout, sequences);
    },
  };
}

function requireUninterrupted(interrupted: AbortSignal): void {
  if (interrupted.reason instanceof BenchError) throw interrupted.reason;
}
