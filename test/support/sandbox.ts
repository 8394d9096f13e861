/**
 * The world of one container in a test: a bundle, directories for everything a runtime writes, and calls of its command line.
 * In the end the container is deleted by force, and anything still there then fails the test.
 */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Bundle, makeBundle, type Recipe } from "./bundle.ts";
import { type JsonObject, parseObject } from "./json.ts";
import { findLeftovers, sweep, type Traces } from "./leftovers.ts";
import { ownId } from "./own-id.ts";
import { type Runtime, runtimeUnderTest } from "./runtimes.ts";
import { type Outcome, type Running, type SpawnOptions, spawn } from "./spawn.ts";
import { type TempDir, tempDir } from "./temp-dir.ts";
import { until } from "./until.ts";

export interface CallOptions extends SpawnOptions {
  /** Words before the runtime's path, e.g. a shell that opens more descriptors and then executes "$@". */
  readonly prefix?: readonly string[];
}

export interface Sandbox extends Bundle, AsyncDisposable {
  /** The directory that holds all of it. */
  readonly directory: string;
  /** What `--root` names. */
  readonly stateRoot: string;
  /** `runtime --root STATE words…`, started. */
  start(words: readonly string[], options?: CallOptions): Promise<Running>;
  /** The same, to its end. */
  call(words: readonly string[], options?: CallOptions): Promise<Outcome>;
  /** The same, and it must succeed and print nothing on standard error. */
  must(words: readonly string[], options?: CallOptions): Promise<Outcome>;
  /** `create` with this bundle and id, which must succeed; its streams become the container's. */
  create(flags?: readonly string[], options?: CallOptions): Promise<Running>;
  /** What `state` prints. */
  state(): Promise<JsonObject>;
  status(): Promise<string>;
  /** Resolves when `state` says so. */
  reaches(status: string): Promise<void>;
  /** Everything that exists beyond the bundle and its files, right now. */
  leftovers(): string[];
  /** Text of a file in the host directory; empty if it does not exist. */
  hostFile(name: string): Promise<string>;
}

export interface SandboxOptions {
  readonly runtime?: Runtime;
  /** What a peer leaves behind is its own business: it is removed silently. */
  readonly forgiving?: boolean;
  /** Where its directory is made; default: the system's temporary directory. */
  readonly parent?: string;
}

export async function sandbox(recipe: Recipe, options: SandboxOptions = {}): Promise<Sandbox> {
  const { runtime = runtimeUnderTest(), forgiving = false, parent } = options;
  const directory = await ownDirectory(parent);
  const id = ownId("box");
  const bundle = await makeBundle(directory.path, id, recipe);
  const own = (name: string): string => join(directory.path, name);
  const env = { PATH: process.env.PATH ?? "", TMPDIR: own("tmp"), XDG_RUNTIME_DIR: own("run") };
  const stateRoot = own("state");

  const started: Running[] = [];

  const start: Sandbox["start"] = async (words, { prefix = [], ...options } = {}) => {
    const argv = [...prefix, ...runtime.argv, "--root", stateRoot, ...words];
    const running = await spawn(own("calls"), argv, { ...options, env: { ...env, ...options.env } });
    started.push(running);
    return running;
  };
  const call: Sandbox["call"] = async (words, options) => (await start(words, options)).ended;
  const must: Sandbox["must"] = async (words, options) => requireSuccess(words, await call(words, options), forgiving);
  const state = async (): Promise<JsonObject> => parseObject((await must(["state", id])).stdout);
  const status = async (): Promise<string> => String((await state()).status);
  /** A container that `run` has not created yet has no status. */
  const statusOrNone = async (): Promise<string> => {
    const told = await call(["state", id]);
    return told.exitCode === 0 ? String(parseObject(told.stdout).status) : "none";
  };
  const traces: Traces = { names: [id, directory.path], directories: [stateRoot, env.TMPDIR, env.XDG_RUNTIME_DIR] };
  const leftovers = (): string[] => findLeftovers(traces);

  return {
    ...bundle,
    directory: directory.path,
    stateRoot,
    start,
    call,
    must,
    state,
    status,
    leftovers,
    async create(flags = [], options = {}) {
      const words = ["create", "--bundle", bundle.path, ...flags, id];
      const running = await start(words, options);
      requireSuccess(words, await running.ended, forgiving);
      return running;
    },
    reaches: (wanted) => until(`${id} is ${wanted}`, async () => (await statusOrNone()) === wanted, statusOrNone),
    hostFile: async (name) => ((await Bun.file(join(bundle.host, name)).exists()) ? readFile(join(bundle.host, name), "utf8") : ""),
    async [Symbol.asyncDispose]() {
      for (const running of started) running.kill("SIGKILL"); // only what a test that failed halfway leaves running
      await Promise.allSettled(started.map(({ ended }) => ended)); // whoever waits for one learns that it was late
      const removed = await call(["delete", "--force", id]);
      const left = leftovers();
      await sweep(traces);
      if (!left.some((line) => line.startsWith("mount "))) await directory[Symbol.asyncDispose]();
      if (forgiving) return;
      if (removed.exitCode !== 0) throw new Error(`delete --force ${id}: ${removed.stderr}`);
      if (left.length > 0) throw new Error(`left behind by ${runtime.name}:\n${left.join("\n")}`);
    },
  };
}

async function ownDirectory(parent: string | undefined): Promise<TempDir> {
  const directory = await tempDir({}, parent);
  await Promise.all(["tmp", "run", "calls"].map((name) => mkdir(join(directory.path, name))));
  return directory;
}

/** Warnings are forgiven with the rest: on a busy machine runc tells of each cgroup that it removes at the second attempt. */
function requireSuccess(words: readonly string[], outcome: Outcome, forgiving: boolean): Outcome {
  if (outcome.exitCode === 0 && (forgiving || outcome.stderr === "")) return outcome;
  throw new Error(`${words.join(" ")}: exit status ${outcome.exitCode}\n${outcome.stdout}${outcome.stderr}`);
}
