/**
 * The calls by which a program changes a directory, according to strace, and runs in which one of them is the last or fails. Only
 * the main thread is traced: lamina makes all its own calls there, and the counts are the same in every run, except for openat(2), which
 * the engine also calls now and then (/proc/self/statm): there a neighbour of the intended call may be hit.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { tempDir } from "./temp-dir.ts";

/** What strace printed of one call, with the paths of descriptors. */
export interface Call {
  readonly name: string;
  /** Its number among the program's calls of that name, from 1. */
  readonly count: number;
  readonly text: string;
}

const CHANGING = [
  ...["openat", "mkdirat", "renameat2", "linkat", "symlinkat", "unlinkat", "mknodat"],
  ...["write", "pwrite64", "ftruncate", "fallocate", "copy_file_range", "fsync", "fdatasync", "syncfs"],
  ...["fchown", "fchownat", "fchmod", "fchmodat", "utimensat", "fsetxattr", "lsetxattr", "setxattr", "flock"],
];

/** Runs the program by `run`, which puts the given words before it, and returns the calls that change something below `directory`. */
export async function tracedCalls(directory: string, run: (prefix: readonly string[]) => Promise<unknown>): Promise<Call[]> {
  await using own = await tempDir();
  const file = join(own.path, "trace");
  await run(["strace", "-qq", "-y", "-s", "256", "-o", file, "-e", `trace=${CHANGING.join(",")}`]);
  const counts = new Map<string, number>();
  const calls = (await readFile(file, "utf8")).split("\n").flatMap((text) => {
    const name = /^\w+/.exec(text)?.[0];
    if (name === undefined) return [];
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return [{ name, count, text }];
  });
  return calls.filter(({ name, text }) => text.includes(directory) && (name !== "openat" || /O_CREAT|O_TMPFILE/.test(text)));
}

/** Words to put before a program that dies on entering this call. */
export function killedAt(call: Call): string[] {
  return endedAt(call, "SIGKILL");
}

/** Words to put before a program that gets a signal on entering this call. */
export function endedAt({ name, count }: Call, signal: NodeJS.Signals): string[] {
  return inject([name, `signal=${signal}:when=${count}`]);
}

/** Words to put before a program for which this call fails, and does nothing. */
export function failedAt({ name, count }: Call, errno: string): string[] {
  return inject([name, `error=${errno}:when=${count}`]);
}

/** Words to put before a program for which the first call of that name on exactly that path fails. */
export function failedOn(name: string, path: string, errno: string): string[] {
  return ["strace", "-qq", "-o", "/dev/null", "-P", path, "-e", `trace=${name}`, "-e", `inject=${name}:error=${errno}:when=1`];
}

/** Words to put before a program in which every call of that name takes so many milliseconds longer. */
export function slowed(name: string, milliseconds: number): string[] {
  return inject([name, `delay_enter=${milliseconds * 1000}`]);
}

/** A program that gets a signal on entering a call of one name, while all calls of another name take 60 milliseconds longer. */
export function endedAtAndSlowed({ name, count }: Call, signal: NodeJS.Signals, slow: string): string[] {
  return inject([name, `signal=${signal}:when=${count}`], [slow, "delay_enter=60000"]);
}

/** Calls that are not traced are not disturbed either. */
function inject(...disturbances: readonly (readonly [name: string, what: string])[]): string[] {
  const names = disturbances.map(([name]) => name).join(",");
  return [
    "strace",
    "-qq",
    "-o",
    "/dev/null",
    "-e",
    `trace=${names}`,
    ...disturbances.flatMap(([name, what]) => ["-e", `inject=${name}:${what}`]),
  ];
}
