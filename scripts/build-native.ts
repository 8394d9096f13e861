/**
 * Compiles native/ into native/build/init (static, stripped) and init.b64, the same as text, which the executable embeds.
 *
 * Idempotent: nothing is done while sources, compiler and options are those of the last build. Atomic: the files are
 * renamed into place, so builds may run side by side.
 */
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";

const NATIVE = join(import.meta.dirname, "..", "native");
const WARNINGS = ["-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-Wshadow", "-Wstrict-prototypes", "-Wno-unused-parameter"];
const SMALL = [
  "-Os",
  "-static",
  "-s",
  "-fno-asynchronous-unwind-tables",
  "-ffunction-sections",
  "-fdata-sections",
  "-Wl,--gc-sections",
  "-Wl,-z,noseparate-code",
];
const SANITIZED = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];

export interface BuildOptions {
  /** Builds with AddressSanitizer and UndefinedBehaviorSanitizer, for tests: neither static nor small. */
  readonly sanitize?: boolean;
  /** Where the executable goes; `.b64` and `.key` files lie beside it. Default: native/build/init. */
  readonly out?: string;
}

/** Builds init unless it is current, and returns its path. Throws code "unsupported" when there is no C compiler. */
export async function buildInit({
  sanitize = false,
  out = join(NATIVE, "build", sanitize ? "init.sanitized" : "init"),
}: BuildOptions = {}): Promise<string> {
  const compiler = findCompiler(sanitize);
  const sources = await sourceFiles();
  const options = [...WARNINGS, ...(sanitize ? SANITIZED : SMALL)];
  const key = await buildKey([compiler, ...options], sources);
  if (await isCurrent(out, key)) return out;

  await mkdir(dirname(out), { recursive: true });
  const temporary = `${out}.${process.pid}.${crypto.randomUUID()}`;
  try {
    await compile([compiler, ...options, "-o", temporary, ...sources.filter((path) => path.endsWith(".c"))]);
    const text = Buffer.from(await Bun.file(temporary).arrayBuffer()).toString("base64");
    await writeWhole(`${out}.b64`, text, temporary);
    await rename(temporary, out);
    await writeWhole(`${out}.key`, key, temporary);
  } finally {
    await rm(temporary, { force: true });
  }
  return out;
}

/** The compiler for init: musl's where there is one, since with glibc a static program is thirty times larger. */
export function findCompiler(sanitize = false): string {
  const musl = sanitize ? null : Bun.which("musl-gcc");
  const found = musl ?? Bun.which("cc") ?? Bun.which("gcc") ?? Bun.which("clang");
  if (found !== null) return found;
  throw new RuntimeError("unsupported", "cannot build native init: there is no C compiler", {
    hint: "install musl-tools (Debian, Ubuntu), musl-gcc (Fedora), gcc musl-dev linux-headers (Alpine) or musl (Arch)",
  });
}

async function sourceFiles(): Promise<string[]> {
  const names = await Array.fromAsync(new Bun.Glob("*.{c,h}").scan(NATIVE));
  return names.sort().map((name) => join(NATIVE, name));
}

async function buildKey(command: readonly string[], sources: readonly string[]): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256").update(command.join("\0"));
  for (const path of sources) hash.update(`\0${path}\0`).update(await Bun.file(path).arrayBuffer());
  return hash.digest("hex");
}

async function isCurrent(out: string, key: string): Promise<boolean> {
  const stored = Bun.file(`${out}.key`);
  if (!(await stored.exists()) || (await stored.text()) !== key) return false;
  return (await Bun.file(out).exists()) && (await Bun.file(`${out}.b64`).exists());
}

async function compile(command: string[]): Promise<void> {
  const run = Bun.spawn(command, { stdout: "ignore", stderr: "pipe" });
  const [output, status] = await Promise.all([new Response(run.stderr).text(), run.exited]);
  if (status === 0) return;
  throw new RuntimeError("unsupported", `cannot build native init: ${command[0]} exited with ${status}\n${output.trimEnd()}`);
}

async function writeWhole(path: string, text: string, temporary: string): Promise<void> {
  await Bun.write(`${temporary}.new`, text);
  await rename(`${temporary}.new`, path);
}

if (import.meta.main) console.log(await buildInit());
