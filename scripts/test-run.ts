/**
 * Runs test files with `bun test`, each in a fresh global of one of as many processes as there are processors, and counts.
 * Every test has its own directories, ids and cgroups, so files can run in parallel.
 */
import { chown, mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { SLOWNESS, TEST_TIMEOUT } from "../test/support/until.ts";
import { onPlainMount } from "./plain-mount.ts";
import { countRun, type FinishedRun, NOTHING, type Totals } from "./test-report.ts";
import type { User } from "./throwaway-user.ts";

export const ROOT = join(import.meta.dirname, "..");

/** A run that takes longer has hung. */
const DEADLINE = 80 * 60_000 * SLOWNESS;

/** The test files below test/ that match one of the patterns, as paths from the project's root. */
export async function findTests(patterns: readonly string[]): Promise<string[]> {
  const found = await Promise.all(patterns.map((pattern) => Array.fromAsync(new Bun.Glob(pattern).scan(join(ROOT, "test")))));
  return [...new Set(found.flat())].map((file) => `test/${file}`).sort();
}

export interface RunOptions {
  /** Without privileges, as this user. */
  readonly user?: User;
  /** Words that precede the command, such as a program that changes what it sees. */
  readonly prefix?: readonly string[];
}

/** Failures are printed as they happen. */
export async function runTests(files: readonly string[], options: RunOptions = {}): Promise<Totals> {
  return files.length === 0 ? NOTHING : countRun(await runForReport(files, options));
}

/** The same, with the report itself. */
export async function runForReport(files: readonly string[], options: RunOptions = {}): Promise<FinishedRun> {
  const { user } = options;
  const home = await mkdtemp(join(tmpdir(), "lamina-tests-"));
  try {
    if (user !== undefined) await chown(home, user.id, user.id);
    return await runIn(home, files, options);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function runIn(home: string, files: readonly string[], { user, prefix = user?.prefix ?? [] }: RunOptions): Promise<FinishedRun> {
  const report = join(home, "report.xml");
  const flags = [
    `--timeout=${TEST_TIMEOUT}`,
    `--parallel=${availableParallelism()}`,
    "--only-failures",
    "--reporter=junit",
    `--reporter-outfile=${report}`,
  ];
  const command = [...onPlainMount(), ...prefix, process.execPath, "test", ...flags, ...files.map((file) => `./${file}`)];
  const run = Bun.spawn(command, {
    cwd: ROOT,
    env: { ...process.env, ...(user === undefined ? {} : { HOME: home, TMPDIR: home, XDG_RUNTIME_DIR: home, USER: user.name }) },
    stdio: ["ignore", "inherit", "pipe"],
    timeout: DEADLINE,
    killSignal: "SIGKILL",
  });
  const skipReasons = await relay(run.stderr);
  const exitCode = await run.exited;
  const text = (await Bun.file(report).exists()) ? await Bun.file(report).text() : undefined;
  return { files, report: text, exitCode, skipReasons };
}

/** Passes the output on, except for the lines in which test/support/requires.ts gives the reason of a skip: those are counted. */
async function relay(output: ReadableStream<Uint8Array>): Promise<Map<string, number>> {
  const reasons = new Map<string, number>();
  const take = (line: string): void => {
    const reason = /^skip: (.*)$/.exec(line)?.[1];
    if (reason === undefined) process.stderr.write(`${line}\n`);
    else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  };
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of output) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  }
  if (rest !== "") take(rest);
  return reasons;
}
