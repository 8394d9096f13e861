/** The bundle under test: what `runc spec` writes, without a terminal, with a static /bin/true as its process. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BenchError } from "./bench-error.ts";
import { compile } from "./compiler.ts";
import type { Runtime } from "./runtimes.ts";

interface Config {
  readonly process: Readonly<Record<string, unknown>>;
  readonly linux: Readonly<Record<string, unknown>>;
}

export interface Bundle {
  readonly path: string;
  readonly config: Config;
  /** Who wrote the default config.json. */
  readonly writtenBy: string;
}

/** Makes the bundle. All runtimes get the same one; its config is runc's default if runc is installed. */
export function makeBundle(path: string, runtimes: readonly Runtime[]): Bundle {
  const writer = runtimes.find(({ name }) => name === "runc") ?? runtimes[0];
  if (writer === undefined) throw new BenchError("cannot make a bundle: no runtime can write its config.json");
  makeRootfs(path);
  const written = Bun.spawnSync([writer.path, "spec"], { cwd: path });
  if (!written.success) throw new BenchError(`cannot make a bundle: \`${writer.path} spec\`: ${written.stderr.toString().trim()}`);

  if (!existsSync(join(path, "config.json"))) throw new BenchError(`cannot make a bundle: \`${writer.path} spec\` wrote no config.json`);
  const config = parseConfig(readFileSync(join(path, "config.json"), "utf8"));
  const changed = { ...config, process: { ...config.process, terminal: false, args: ["/bin/true"] } };
  writeConfig(path, changed);
  return { path, config: changed, writtenBy: writer.name };
}

/** The same bundle at `path`, with a memory limit. An existing one is updated. */
export function limitMemory(bundle: Bundle, path: string, bytes: number): void {
  makeRootfs(path);
  const { config } = bundle;
  const resources = isRecord(config.linux.resources) ? config.linux.resources : {};
  writeConfig(path, { ...config, linux: { ...config.linux, resources: { ...resources, memory: { limit: bytes } } } });
}

/** The same bundle at `path`, with a system call filter. */
export function filterCalls(bundle: Bundle, path: string, seccomp: unknown): void {
  makeRootfs(path);
  const { config } = bundle;
  writeConfig(path, { ...config, linux: { ...config.linux, seccomp } });
}

/** The same bundle at `path`, with a process that never ends. */
export function makeWaiting(bundle: Bundle, path: string): void {
  makeRootfs(path);
  const { config } = bundle;
  writeConfig(path, { ...config, process: { ...config.process, args: ["/bin/wait"] } });
}

function makeRootfs(bundlePath: string): void {
  const bin = join(bundlePath, "rootfs/bin");
  if (mkdirSync(bin, { recursive: true }) === undefined) return;
  for (const directory of ["dev", "proc", "sys"]) mkdirSync(join(bundlePath, "rootfs", directory));
  for (const name of ["true", "wait"]) compile([`${name}.c`], join(bin, name), { isStatic: true });
}

function writeConfig(bundlePath: string, config: Config): void {
  writeFileSync(join(bundlePath, "config.json"), JSON.stringify(config));
}

function parseConfig(text: string): Config {
  const config: unknown = JSON.parse(text);
  if (!isRecord(config) || !isRecord(config.process) || !isRecord(config.linux))
    throw new BenchError('cannot use the default config.json: it has no "process" or no "linux"');
  return { ...config, process: config.process, linux: config.linux };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
