/**
 * Compiles native/init/ into native/build/init (static, stripped), which the executable embeds.
 *
 * Idempotent: does nothing if sources, compiler and options are those of the last build. Atomic: files are renamed into
 * place, so builds can run side by side.
 */
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";

const NATIVE = join(import.meta.dirname, "..", "native");
const INIT = join(NATIVE, "init");
const LANGUAGE = ["-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-Wshadow", "-Wstrict-prototypes", "-Wno-unused-parameter"];
const SECTIONS = ["-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-Wl,-z,noseparate-code"];
const SMALL = ["-Os", "-static", "-s", "-fno-asynchronous-unwind-tables", ...SECTIONS];
const SANITIZED = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];

export interface InitOptions {
  /** Builds with AddressSanitizer and UndefinedBehaviorSanitizer, for tests: neither static nor small. */
  readonly sanitize?: boolean;
  /** Where the executable goes; `.key` lies beside it. Default: native/build/init. */
  readonly out?: string;
  /** For another processor. */
  readonly compiler?: string;
}

export interface NativeProgram {
  readonly out: string;
  readonly sources: readonly string[];
  /** What the sources include: not compiled by itself, but changing it changes the program. */
  readonly included: readonly string[];
  readonly sanitize: boolean;
  /** Compiler options beyond those for all of native/. */
  readonly options?: readonly string[];
  readonly compiler?: string;
}

/** Builds init unless it is current, and returns its path. Throws code "unsupported" if there is no C compiler. */
export async function buildInit({
  sanitize = false,
  out = nativeOutput(sanitize ? "init.sanitized" : "init"),
  compiler = findCompiler(sanitize),
}: InitOptions = {}): Promise<string> {
  return buildNative({ out, ...(await initFiles()), sanitize, compiler });
}

/** Compiles a program from C files unless it is current, and returns its path. */
export async function buildNative({
  out,
  sources,
  included,
  sanitize,
  options = [],
  compiler = findCompiler(sanitize),
}: NativeProgram): Promise<string> {
  const command = [compiler, ...LANGUAGE, ...(sanitize ? SANITIZED : SMALL), ...options];
  return produce({ out, inputs: [...sources, ...included], command: (to) => [...command, "-o", to, ...sources] });
}

export interface Product {
  readonly out: string;
  /** Files that the product depends on. */
  readonly inputs: readonly string[];
  /** The command that makes the product as the file `to`. */
  readonly command: (to: string) => readonly string[];
}

/** Runs a command that makes a file unless the file is current, and returns its path. */
export async function produce({ out, inputs, command }: Product): Promise<string> {
  const key = await buildKey(command(out), inputs);
  if (await isCurrent(out, key)) return out;

  await mkdir(dirname(out), { recursive: true });
  const temporary = temporaryFor(out);
  try {
    await run([...command(temporary)]);
    await rename(temporary, out);
  } finally {
    await rm(temporary, { force: true });
  }
  await writeWhole(`${out}.key`, key);
  return out;
}

/** The C files and headers of init. */
export async function initFiles(): Promise<Pick<NativeProgram, "sources" | "included">> {
  const names = await Array.fromAsync(new Bun.Glob("*.{c,h}").scan(INIT));
  const paths = names.sort().map((name) => join(INIT, name));
  return { sources: paths.filter((path) => path.endsWith(".c")), included: paths.filter((path) => path.endsWith(".h")) };
}

/** Where build output goes; not part of the sources. */
export function nativeOutput(name: string): string {
  return join(NATIVE, "build", name);
}

/** The compiler for init: musl's if available, since with glibc a static program is ten times as large. */
function findCompiler(sanitize: boolean): string {
  const musl = sanitize ? null : Bun.which("musl-gcc");
  const found = musl ?? Bun.which("cc") ?? Bun.which("gcc") ?? Bun.which("clang");
  if (found !== null) return found;
  throw new RuntimeError("unsupported", "cannot build native init: no C compiler found", {
    hint: "install musl-tools (Debian, Ubuntu), musl-gcc (Fedora), musl and gcc (Arch), or gcc, musl-dev and linux-headers (Alpine)",
  });
}

async function buildKey(command: readonly string[], sources: readonly string[]): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256").update(command.join("\0"));
  for (const path of sources) hash.update(`\0${path}\0`).update(await Bun.file(path).arrayBuffer());
  return hash.digest("hex");
}

async function isCurrent(out: string, key: string): Promise<boolean> {
  const stored = Bun.file(`${out}.key`);
  return (await Bun.file(out).exists()) && (await stored.exists()) && (await stored.text()) === key;
}

async function run(command: string[]): Promise<void> {
  const child = Bun.spawn(command, { stdout: "ignore", stderr: "pipe" });
  const [output, status] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  if (status === 0) return;
  throw new RuntimeError("unsupported", `cannot build native code: ${command[0]} exited with ${status}\n${output.trimEnd()}`);
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = temporaryFor(path);
  await Bun.write(temporary, text);
  await rename(temporary, path);
}

function temporaryFor(path: string): string {
  return `${path}.${crypto.randomUUID()}`;
}

if (import.meta.main) console.log(await buildInit());
