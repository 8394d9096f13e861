/** Programs inside the host, and the library that FFI tests call. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { buildHost, buildImage, type ImageEntry, type Target } from "../../scripts/build-engine.ts";
import { nativeOutput, produce } from "../../scripts/build-native.ts";
import { bundle } from "../../scripts/bundle.ts";
import { buildSnapshotHost } from "../../scripts/snapshot.ts";

const ROOT = join(import.meta.dirname, "../..");

export interface EngineProgram {
  /** Of the built files; unique per program. */
  readonly name: string;
  readonly entry: string;
  /** Under AddressSanitizer and UndefinedBehaviorSanitizer. */
  readonly sanitize?: boolean;
  /** With its modules loaded already, as what ships. */
  readonly snapshot?: boolean;
  readonly files?: readonly ImageEntry[];
  /** For another machine than this. */
  readonly target?: Target;
}

/** Bundles, compiles and links a program for the host; returns its path. Does nothing if it is current. */
export async function buildEngineProgram(program: EngineProgram): Promise<string> {
  const { name, entry, sanitize = false, snapshot = false, files = [], target } = program;
  const kind = [...(sanitize ? ["sanitized"] : []), ...(snapshot ? ["snapshot"] : []), ...(target === undefined ? [] : [target.name])];
  const directory = nativeOutput(`engine-tests/${[name, ...kind].join("-")}`);
  await mkdir(directory, { recursive: true });
  const modules = await bundle({ entry, directory: join(directory, "modules") });
  const out = join(directory, "program");
  const entries = [...modules, ...files];
  const machine = target === undefined ? {} : { target };
  if (snapshot) return buildSnapshotHost({ out, directory, entries, ...machine });
  return buildHost({ out, image: await buildImage(join(directory, "image"), entries), sanitize, ...machine });
}

/** test/native/odd-library.c as a shared library; returns its path. */
export function buildOddLibrary(target?: Target): Promise<string> {
  const source = join(ROOT, "test/native/odd-library.c");
  return produce({
    out: nativeOutput(`engine-tests/odd-library${target === undefined ? "" : `-${target.name}`}.so`),
    inputs: [source],
    command: (to) => [target?.compiler ?? "cc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-O1", "-o", to, source, "-lpthread"],
  });
}

/** Links modules that are already JavaScript, by name; the first one exports `main`. */
export async function linkModules(name: string, modules: Readonly<Record<string, string>>): Promise<string> {
  const { directory, entries } = await writeModules(name, modules);
  return buildHost({ out: join(directory, "program"), image: await buildImage(join(directory, "image"), entries) });
}

export interface SnapshotOptions {
  /** Names of modules that are loaded when something imports them. */
  readonly late?: readonly string[];
  /** Runs `$1`, the program, to find out what it writes to: see rehearsal.c. */
  readonly rehearsal?: string;
}

/** The same with all modules loaded already. */
export async function snapshotModules(
  name: string,
  modules: Readonly<Record<string, string>>,
  { late = [], rehearsal }: SnapshotOptions = {},
): Promise<string> {
  const { directory, entries } = await writeModules(name, modules);
  const marked = entries.map((entry) => ({ ...entry, late: late.includes(entry.name) }));
  const script = join(directory, "rehearse.sh");
  if (rehearsal !== undefined) await writeChanged(script, rehearsal);
  return buildSnapshotHost({
    out: join(directory, "program"),
    directory,
    entries: marked,
    ...(rehearsal === undefined ? {} : { rehearsal: script }),
  });
}

async function writeModules(
  name: string,
  modules: Readonly<Record<string, string>>,
): Promise<{ directory: string; entries: ImageEntry[] }> {
  const directory = nativeOutput(`engine-tests/${name}`);
  const entries = Object.keys(modules).map((file) => ({ kind: "module", name: file, path: join(directory, file) }) as const);
  for (const { name: file, path } of entries) await writeChanged(path, modules[file] ?? "");
  return { directory, entries };
}

async function writeChanged(path: string, text: string): Promise<void> {
  const file = Bun.file(path);
  if (!(await file.exists()) || (await file.text()) !== text) await Bun.write(path, text);
}

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runProgram(command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
  const child = Bun.spawn([...command], { env: { ASAN_OPTIONS: "detect_leaks=0", ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, status] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { status, stdout, stderr };
}
