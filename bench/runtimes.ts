/** Which runtimes can be compared, and where they are. */
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { BenchError } from "./bench-error.ts";

export type RuntimeName = "lamina" | "crun" | "runc";

/** Everything that has a column in a result. "plain" is lamina too, on a root filesystem that is a directory. */
export type Contender = RuntimeName | "umoci" | "podman" | "plain";

export interface Runtime {
  readonly name: RuntimeName;
  readonly path: string;
  /** The first line of `--version`. */
  readonly version: string;
  /** Its state directory, used by this bench only. */
  readonly root: string;
}

export const PEERS = ["crun", "runc"] as const satisfies readonly RuntimeName[];

export interface Found {
  readonly runtimes: readonly Runtime[];
  /** One sentence for each runtime that is missing. */
  readonly leftOut: readonly string[];
}

/** lamina is required; a missing peer is left out. State directories are named below `home`, not made. */
export function findRuntimes(lamina: string, home: string): Found {
  const runtimes = [describeRuntime("lamina", requireExecutable(lamina), home)];
  const leftOut: string[] = [];
  for (const name of PEERS) {
    const path = Bun.which(name, { PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` });
    if (path === null) leftOut.push(`${name} is left out: it is not installed (not found in PATH)`);
    else runtimes.push(describeRuntime(name, path, home));
  }
  return { runtimes, leftOut };
}

/** The command line of `runtime` for `args`, on its own state directory. */
export function commandOf(runtime: Runtime, ...args: readonly string[]): string[] {
  return [runtime.path, "--root", runtime.root, ...args];
}

function describeRuntime(name: RuntimeName, path: string, home: string): Runtime {
  const asked = Bun.spawnSync([path, "--version"]);
  const version = asked.stdout.toString().split("\n")[0] ?? "";
  if (!asked.success || version === "")
    throw new BenchError(`cannot ask ${path} for its version: exit status ${asked.exitCode}: ${asked.stderr.toString().trim()}`);
  return { name, path, version, root: join(home, "state", name) };
}

function requireExecutable(lamina: string): string {
  const path = resolve(lamina);
  const info = statSync(path, { throwIfNoEntry: false });
  if (info?.isFile() && (info.mode & 0o111) !== 0) return path;
  throw new BenchError(
    `cannot measure ${path}: it is not an executable file; make it with \`npm run build\`, or name another with --lamina`,
  );
}
