/**
 * Compiles native/engine/ and QuickJS-ng into the host, an executable with an image in it: modules as bytecode, and files.
 *
 *   bundle (bundle.ts) ─▶ compile (native/engine/compile.c, runs here) ─▶ image ─▶ linked with the host's objects
 *
 * What ships also holds a heap with the modules already loaded (snapshot.ts, native/engine/heap.h). As in
 * build-native.ts, nothing is rebuilt while its inputs stay the same.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import { nativeOutput, produce } from "./build-native.ts";
import { findQuickJs, HEADERS, UNITS } from "./quickjs-source.ts";

const ENGINE = join(import.meta.dirname, "../native/engine");
/** Not part of the host: the program that makes images. */
const COMPILE = join(ENGINE, "compile.c");

const WARNINGS = ["-Wall", "-Wextra", "-Werror", "-Wshadow", "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wconversion"];
const OURS = ["-std=gnu11", "-D_GNU_SOURCE", ...WARNINGS, "-Wno-sign-conversion", "-fvisibility=hidden"];
/** QuickJS asks for the memory of each small object, as it does for AddressSanitizer, so that heap.c can choose its place. */
const EACH_OBJECT = "-D__SANITIZE_ADDRESS__=1";
/** Without errno, sqrt and the like are instructions rather than calls. */
const THEIRS = [EACH_OBJECT, "-std=gnu11", "-D_GNU_SOURCE", "-DNDEBUG", "-w", "-fno-math-errno"];
/** At fixed addresses, which the heap refers to. */
const FAST = ["-O2", "-fno-pie", "-fno-asynchronous-unwind-tables", "-fstack-protector-strong", "-ffunction-sections", "-fdata-sections"];
const SANITIZED = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];
/** QuickJS itself relies on conversions of out-of-range numbers. */
const SANITIZED_THEIRS = [...SANITIZED, "-fno-sanitize=float-cast-overflow"];
const LINK = ["-no-pie", "-s", "-Wl,--gc-sections,-z,relro,-z,now,--as-needed,--build-id=none", `-Wl,-T,${join(ENGINE, "layout.ld")}`];
/** QuickJS's clock, for native/engine/snapshot.c. */
const CLOCK = "-Wl,--wrap=gettimeofday";

export interface HostProgram {
  readonly out: string;
  readonly image: string;
  /** What it starts with: a heap in a file, or, by default, an empty one. "make" is a host that writes such a file. */
  readonly heap?: { readonly path: string } | "make" | "none";
  /** Builds with AddressSanitizer and UndefinedBehaviorSanitizer, for tests. */
  readonly sanitize?: boolean;
  /** Instead of the machine's own compiler: for another C library or processor. */
  readonly target?: Target;
}

export interface Target {
  readonly name: string;
  readonly compiler: string;
  /** Further options, e.g. where headers and libraries are. */
  readonly options: readonly string[];
  /** libffi as an archive, if the compiler does not find the right one itself. */
  readonly libffi?: string;
  /** The words that run a program for it on this machine, e.g. an emulator; none if it runs as it is. */
  readonly runner?: readonly string[];
}

/** One item of an image. Modules come first; the program is the function `main` that the first one exports. */
export interface ImageEntry {
  readonly kind: "module" | "file";
  readonly name: string;
  readonly path: string;
  /** A module that is loaded when something imports it, even if the rest is loaded when the executable is built. */
  readonly late?: boolean;
}

/** Builds a host that runs `image`, and returns its path. */
export async function buildHost({ out, image, heap = "none", sanitize = false, target = findTarget() }: HostProgram): Promise<string> {
  const objects = await buildObjects(target, sanitize);
  const state = typeof heap === "string" ? `-DSTATE=${heap === "make" ? "HEAP_TO_MAKE" : "HEAP_NONE"}` : `-DHEAP="${heap.path}"`;
  const embedded = [join(ENGINE, "embedded.S"), `-DIMAGE="${image}"`, state];
  const link = sanitize ? SANITIZED : LINK;
  return produce({
    out,
    inputs: [...objects, join(ENGINE, "embedded.S"), join(ENGINE, "layout.ld"), image, ...(typeof heap === "string" ? [] : [heap.path])],
    command: (to) => [target.compiler, ...target.options, ...link, CLOCK, "-o", to, ...embedded, ...objects, ...libraries(target)],
  });
}

/** Compiles what all hosts share, to ship and for tests. */
export async function buildEngineObjects(): Promise<void> {
  await finishAll([buildObjects(findTarget(), false), buildObjects(findTarget(), true)]);
}

async function buildObjects(target: Target, sanitize: boolean): Promise<string[]> {
  const source = await findQuickJs();
  const mode = `${target.name}${sanitize ? "-sanitized" : ""}`;
  const built = await finishAll([
    buildOurs({ source, target, mode, flags: sanitize ? SANITIZED : FAST }),
    buildQuickJs({ source, target, mode, flags: sanitize ? SANITIZED_THEIRS : FAST }),
  ]);
  return built.flat();
}

/** Compiles modules and packs them, with files, into an image; returns its path. */
export async function buildImage(out: string, entries: readonly ImageEntry[]): Promise<string> {
  const compiler = await buildImageCompiler();
  return produce({
    out,
    inputs: [compiler, ...entries.map(({ path }) => path)],
    command: (to) => [compiler, to, ...entries.flatMap(({ kind, name, path }) => [kind, name, path])],
  });
}

async function buildImageCompiler(): Promise<string> {
  const source = await findQuickJs();
  const target = findTarget();
  const objects = await buildQuickJs({ source, target, mode: target.name, flags: FAST });
  return produce({
    out: nativeOutput(`engine/${target.name}/compile`),
    inputs: [...objects, COMPILE, join(ENGINE, "image.h")],
    command: (to) => [target.compiler, ...OURS, "-O2", "-no-pie", "-isystem", source, "-o", to, COMPILE, ...objects, "-lm", "-lpthread"],
  });
}

interface Objects {
  readonly source: string;
  readonly target: Target;
  readonly mode: string;
  readonly flags: readonly string[];
}

function buildQuickJs({ source, target, mode, flags }: Objects): Promise<string[]> {
  const headers = HEADERS.map((name) => join(source, name)).filter((path) => existsSync(path));
  return finishAll(
    UNITS.map((unit) =>
      produce({
        out: nativeOutput(`engine/${mode}/quickjs/${unit.replace(/\.c$/, ".o")}`),
        inputs: [join(source, unit), ...headers],
        command: (to) => [target.compiler, ...target.options, ...THEIRS, ...flags, "-c", "-o", to, join(source, unit)],
      }),
    ),
  );
}

async function buildOurs({ source, target, mode, flags }: Objects): Promise<string[]> {
  const names = (await Array.fromAsync(new Bun.Glob("*.{c,h}").scan(ENGINE))).sort();
  const units = names.filter((name) => name.endsWith(".c") && name !== "compile.c" && (name !== "math.c" || !hasOwnMath(target)));
  const headers = [...names.filter((name) => name.endsWith(".h")).map((name) => join(ENGINE, name)), join(source, "quickjs.h")];
  return finishAll(
    units.map((unit) =>
      produce({
        out: nativeOutput(`engine/${mode}/${unit.replace(/\.c$/, ".o")}`),
        inputs: [join(ENGINE, unit), ...headers],
        command: (to) => [target.compiler, ...target.options, ...OURS, ...flags, "-isystem", source, "-c", "-o", to, join(ENGINE, unit)],
      }),
    ),
  );
}

/** Waits for all of them even if one fails, so that nothing is left half-made; then throws the first error. */
async function finishAll<T>(builds: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(builds);
  return Promise.all(builds);
}

/** musl's libc includes what is elsewhere a separate library, libm (native/engine/math.c). */
function hasOwnMath({ compiler, options }: Target): boolean {
  const source = Buffer.from("#include <features.h>\n#ifdef __GLIBC__\n#error\n#endif\n");
  return Bun.spawnSync([compiler, ...options, "-E", "-x", "c", "-"], { stdin: source, stdout: "ignore", stderr: "ignore" }).success;
}

/** libffi becomes part of the executable, so that it needs only the C library; of libm it needs nothing beyond math.c. */
function libraries({ compiler, options, libffi }: Target): string[] {
  if (libffi !== undefined) return [libffi, "-lc", "-lm"];
  const { stdout } = Bun.spawnSync([compiler, ...options, "-print-file-name=libffi.a"]);
  const path = stdout.toString().trim();
  if (path.startsWith("/")) return [path, "-lc", "-lm"];
  console.error("note: no static libffi found; the executable will need the shared one");
  return ["-lffi", "-lc", "-lm"];
}

function findTarget(): Target {
  const compiler = Bun.which("cc") ?? Bun.which("gcc") ?? Bun.which("clang");
  if (compiler !== null) return { name: "host", compiler, options: [] };
  throw new RuntimeError("unsupported", "cannot build the engine: no C compiler found", {
    hint: "install gcc and the headers of the C library",
  });
}
