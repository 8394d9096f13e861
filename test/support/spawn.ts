/**
 * Runs programs with files as their standard streams. A pipe would only do for programs that leave no process behind: what a
 * container inherits keeps a pipe open after the runtime is gone.
 */
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { DEADLINE, SLOWNESS, until } from "./until.ts";

export interface Outcome {
  /** The exit status, or 128 plus the signal's number, as in a shell. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Milliseconds until the program is killed and the test fails, on a machine that is not slow. */
  readonly deadline?: number;
}

/** A program that runs, or has run; its output can be read at any time. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Outcome>;
  /** Its output so far, which a container that it left behind may still add to. */
  stdout(): Promise<string>;
  stderr(): Promise<string>;
  /** Resolves as soon as standard output contains `text`; rejects at the deadline, with what was there instead. */
  shows(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts `argv`. Files for its streams are made in `directory`. */
export async function spawn(directory: string, argv: readonly string[], options: SpawnOptions = {}): Promise<Running> {
  const files = await mkdtemp(join(directory, "call-"));
  const [input, output, errors] = [join(files, "in"), join(files, "out"), join(files, "err")];
  await writeFile(input, options.stdin ?? "");
  const fds = [openSync(input, "r"), openSync(output, "a"), openSync(errors, "a")] as const;
  const child = Bun.spawn([...argv], { stdio: [fds[0], fds[1], fds[2]], env: options.env ?? {}, cwd: options.cwd ?? directory });
  fds.forEach(closeSync);
  const stdout = (): Promise<string> => readFile(output, "utf8");
  const stderr = (): Promise<string> => readFile(errors, "utf8");
  return {
    pid: child.pid,
    ended: outcomeOf(child, argv, options.deadline === undefined ? DEADLINE : options.deadline * SLOWNESS, stdout, stderr),
    stdout,
    stderr,
    kill: (signal) => child.kill(signal),
    shows: (text) => until(`${argv.join(" ")} shows ${JSON.stringify(text)}`, async () => (await stdout()).includes(text), both),
  };

  async function both(): Promise<string> {
    return `stdout: ${await stdout()}\nstderr: ${await stderr()}`;
  }
}

async function outcomeOf(
  child: Bun.Subprocess,
  argv: readonly string[],
  deadline: number,
  stdout: () => Promise<string>,
  stderr: () => Promise<string>,
): Promise<Outcome> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, deadline);
  await child.exited;
  clearTimeout(timer);
  if (late) throw new Error(`${argv.join(" ")} did not end within ${deadline} ms\n${await stdout()}\n${await stderr()}`);
  const signal = child.signalCode === null ? 0 : signalNumber(child.signalCode);
  return { exitCode: signal ? 128 + signal : (child.exitCode ?? -1), stdout: await stdout(), stderr: await stderr() };
}

function signalNumber(signal: NodeJS.Signals | number): number {
  if (typeof signal === "number") return signal;
  const numbers: Readonly<Partial<Record<NodeJS.Signals, number>>> = constants.signals;
  return numbers[signal] ?? 127;
}
