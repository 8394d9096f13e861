/**
 * Finds the sources of QuickJS-ng. They come as a package and are never part of this tree; the tree only records the version
 * that it was tested with, and its checksum.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import { APT_GET, unpackedPackage, unpackPackage } from "./debian-package.ts";

const TESTED = { version: "0.17.0", checksum: "760237c2bdcf35a4300862be61a347938222ec6af5ebb4100ac024484293d645" } as const;
const OLDEST = [0, 17] as const;

const PACKAGE = { name: "qjs-src", suite: "forky" } as const;
const IN_PACKAGE = "usr/src/quickjs-ng";

/** The files to compile. */
export const UNITS = ["dtoa.c", "libregexp.c", "libunicode.c", "quickjs.c"] as const;

/** What they include. */
export const HEADERS = [
  "builtin-array-fromasync.h",
  "builtin-iterator-zip-keyed.h",
  "builtin-iterator-zip.h",
  "cutils.h",
  "dtoa.h",
  "libregexp-opcode.h",
  "libregexp.h",
  "libunicode-table.h",
  "libunicode.h",
  "list.h",
  "quickjs-atom.h",
  "quickjs-c-atomics.h",
  "quickjs-opcode.h",
  "quickjs.h",
] as const;

const HINT = "set QUICKJS_SOURCE to a directory with the sources of QuickJS-ng 0.17 or later (Debian's package qjs-src has them)";

let found: Promise<string> | undefined;

/**
 * The directory of the sources: QUICKJS_SOURCE, otherwise the installed package, otherwise that of a newer Debian. Prints a note if
 * they are not the tested ones.
 */
export function findQuickJs(): Promise<string> {
  found ??= find();
  return found;
}

async function find(): Promise<string> {
  const given = process.env.QUICKJS_SOURCE;
  const directory =
    given !== undefined && given !== "" ? given : ((await findInstalled()) ?? findUnpacked() ?? (await install()) ?? (await obtain()));
  const version = requireVersion(directory, await readHeader(directory));
  const checksum = await checksumOf(directory);
  if (checksum !== TESTED.checksum) console.error(describeDifference(directory, version, checksum));
  return directory;
}

/** Pure: the note about sources other than the tested ones. */
export function describeDifference(directory: string, version: string, checksum: string): string {
  const what = version === TESTED.version ? `${version} with other content (SHA-256 ${checksum})` : version;
  return `note: ${directory} has QuickJS-ng ${what}; lamina was tested with ${TESTED.version} (SHA-256 ${TESTED.checksum})`;
}

/** Pure: the version in quickjs.h. Throws if there is none, or it is too old. */
export function requireVersion(directory: string, header: string): string {
  const version = versionIn(header);
  if (version === undefined) {
    throw new RuntimeError("unsupported", `cannot build lamina: ${directory} does not contain the sources of QuickJS-ng`, { hint: HINT });
  }
  if (isRecent(version)) return version;
  throw new RuntimeError("unsupported", `cannot build lamina: QuickJS-ng ${version} in ${directory} is older than ${OLDEST.join(".")}`, {
    hint: HINT,
  });
}

function versionIn(header: string): string | undefined {
  const numbers = ["MAJOR", "MINOR", "PATCH"].map((part) => new RegExp(`#define QJS_VERSION_${part} (\\d+)`).exec(header)?.[1]);
  return numbers.includes(undefined) ? undefined : numbers.join(".");
}

/** A version of the engine, or of a package, which may start with an epoch. */
function isRecent(version: string): boolean {
  const [, major = "0", minor = "0"] = /^(?:\d+:)?(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
}

async function findInstalled(): Promise<string | undefined> {
  const directory = join("/", IN_PACKAGE);
  return isRecent(versionIn(await readHeader(directory)) ?? "") ? directory : undefined;
}

/** From an earlier build. */
function findUnpacked(): string | undefined {
  const directory = join(unpackedPackage(PACKAGE), IN_PACKAGE);
  return existsSync(directory) ? directory : undefined;
}

/** From the machine's own suites, if they have it and we may install. */
async function install(): Promise<string | undefined> {
  if (process.geteuid?.() !== 0 || Bun.which("apt-get") === null) return undefined;
  const { stdout } = Bun.spawnSync(["apt-cache", "policy", PACKAGE.name], { env: { ...process.env, LC_ALL: "C" } });
  if (!isRecent(/Candidate: (.*)/.exec(stdout.toString())?.[1] ?? "")) return undefined;
  console.error(`installing ${PACKAGE.name} (apt-get)`);
  const command = [...APT_GET, "install", "--yes", "--no-install-recommends", "--no-remove", PACKAGE.name];
  Bun.spawnSync(command, { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, stdio: ["ignore", "ignore", "inherit"] });
  return findInstalled();
}

async function obtain(): Promise<string> {
  try {
    return join(await unpackPackage(PACKAGE), IN_PACKAGE);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    throw new RuntimeError(error.code, `cannot get the sources of QuickJS-ng: ${error.message}`, { hint: HINT, cause: error });
  }
}

async function readHeader(directory: string): Promise<string> {
  const path = join(directory, "quickjs.h");
  return existsSync(path) ? readFile(path, "utf8") : "";
}

/** Over names and content of the files to compile. */
async function checksumOf(directory: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of [...UNITS, ...HEADERS].sort()) {
    const path = join(directory, name);
    hash
      .update(`${name}\0`)
      .update(existsSync(path) ? await readFile(path) : "")
      .update("\0");
  }
  return hash.digest("hex");
}

if (import.meta.main) console.log(await findQuickJs());
