/**
 * A machine for one engine: namespaces and cgroups of its own, in which it finds nothing of this machine's but its programs. Ending
 * the first process ends all others; its
 * cgroups must then be empty.
 */
import { join } from "node:path";
import { UNPACKED } from "../support/requires.ts";
import { type AtTerminal, atTerminal } from "../support/screen.ts";
import { type Outcome, type Running, type SpawnOptions, spawn } from "../support/spawn.ts";
import { tempDir } from "../support/temp-dir.ts";
import { until } from "../support/until.ts";

export interface Ground extends AsyncDisposable {
  /** For all files of the engine. */
  readonly directory: string;
  /** The name of the cgroup that all processes are in or below. */
  readonly name: string;
  /** Starts a program there. */
  start(argv: readonly string[], options?: SpawnOptions): Promise<Running>;
  /** A program, to its end. */
  call(argv: readonly string[], options?: SpawnOptions): Promise<Outcome>;
  /** The same, and it must succeed. Returns its output. */
  must(argv: readonly string[], options?: SpawnOptions): Promise<string>;
  /** A program on a terminal. */
  atTerminal(argv: readonly string[], columns?: number): AtTerminal;
}

export type OpenGround = () => Promise<Ground>;

/** What is set up on a new ground; if that fails, the ground is closed. */
export async function onNewGround<Engine>(setUp: (ground: Ground) => Promise<Engine>, open: OpenGround = openGround): Promise<Engine> {
  const ground = await open();
  try {
    return await setUp(ground);
  } catch (error) {
    await ground[Symbol.asyncDispose]();
    throw error;
  }
}

/** For find: not the compiled system call filters that lamina keeps in its state directory for the next container. */
export const BUT_FILTERS: readonly string[] = ["!", "-path", "*/@filters*"];

/** Processes that belong to no engine: the ground's own, and the one that looks. */
export const OWN = /^(sh|sleep|ps|nsenter)$/;

/** What containers left behind while the engine goes on: processes other than the named, and cgroups of containers below `parent`. */
export async function leftoversOf(ground: Ground, daemons: RegExp, parent: string): Promise<string[]> {
  const processes = (await ground.must(["ps", "-eo", "comm="])).trim().split("\n");
  const cgroups = (await ground.must(["find", "/sys/fs/cgroup", "-mindepth", "2", "-path", `*/${parent}/*`, "-type", "d"]))
    .trim()
    .split("\n");
  return [...processes.filter((name) => !OWN.test(name) && !daemons.test(name)), ...cgroups.filter((path) => path !== "")];
}

const HERE = import.meta.dir;
const PROGRAMS = ["usr/sbin", "usr/bin"].map((directory) => join(UNPACKED, directory)).join(":");

/** The variables of a ground's programs; engines whose packages are unpacked only are found by them. */
export const environmentOf = (directory: string): Readonly<Record<string, string>> => ({
  PATH: `${PROGRAMS}:${process.env.PATH}:/usr/sbin:/sbin`,
  HOME: directory,
  TMPDIR: directory,
  XDG_RUNTIME_DIR: "/run",
});

async function openGround(): Promise<Ground> {
  const box = await tempDir();
  const name = `lamina-engine-${box.path.slice(-6)}`;
  const words = ["sh", join(HERE, "ground.sh"), box.path, name];
  const first = Bun.spawn(words, { env: environmentOf(box.path), stdio: ["ignore", "ignore", "pipe"] });
  const isReady = async (): Promise<boolean> => {
    if (first.exitCode !== null) throw new Error(`cannot open a ground: ${await new Response(first.stderr).text()}`);
    return Bun.file(join(box.path, "ready")).exists();
  };
  await until("the ground is ready", isReady);
  const enter = `sh ${HERE}/enter-cgroups.sh ${name} $$ && exec nsenter --target ${childOf(first.pid)} --all -- "$@"`;
  return groundAt({ directory: box.path, name, prefix: ["sh", "-ec", enter, "sh"] }, async () => {
    first.kill("SIGKILL");
    await first.exited;
    await removeCgroups(name);
    await box[Symbol.asyncDispose]();
  });
}

interface Place {
  readonly directory: string;
  readonly name: string;
  /** Words before a command that is carried out there. */
  readonly prefix: readonly string[];
}

export function groundAt({ directory, name, prefix }: Place, close: () => Promise<void>): Ground {
  const env = environmentOf(directory);
  const start: Ground["start"] = (argv, options = {}) =>
    spawn(directory, [...prefix, ...argv], { ...options, env: { ...env, ...options.env } });
  const call: Ground["call"] = async (argv, options) => (await start(argv, options)).ended;
  return {
    directory,
    name,
    start,
    call,
    must: async (argv, options) => succeeded(argv, await call(argv, options)),
    atTerminal: (argv, columns) => {
      const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
      return atTerminal(["env", ...variables, ...prefix, ...argv], { cwd: directory, ...(columns === undefined ? {} : { columns }) });
    },
    [Symbol.asyncDispose]: close,
  };
}

export function succeeded(argv: readonly string[], { exitCode, stdout, stderr }: Outcome): string {
  if (exitCode !== 0) throw new Error(`${argv.join(" ")} ended with ${exitCode}\n${stdout}\n${stderr}`);
  return stdout;
}

function childOf(pid: number): number {
  const children = Bun.spawnSync(["cat", `/proc/${pid}/task/${pid}/children`])
    .stdout.toString()
    .trim();
  return Number(children.split(" ")[0]);
}

/** Processes leave their cgroups a moment after they were killed. */
export async function removeCgroups(name: string): Promise<void> {
  const find = ["find", "/sys/fs/cgroup", "-depth", "-type", "d", "-path", `*/${name}*`];
  await until("the cgroups of the ground are removed", () => {
    Bun.spawnSync([...find, "-exec", "rmdir", "{}", ";"], { stderr: "ignore" });
    return Bun.spawnSync(find).stdout.length === 0;
  });
}
