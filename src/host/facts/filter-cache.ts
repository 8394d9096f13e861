/**
 * Compiled filters, kept below the state directory: compiling one takes longer than starting a container. What is kept is compared with
 * what is asked for by content, never by a digest; and whatever is not ours alone, whole and current is as good as absent.
 *
 *   <root>/@filters/NAME   u32 magic · u32 sum of the program · u32 lengths of library, key and program
 *                          path of libseccomp · key, both UTF-8 · program
 *
 * The key has all that a program depends on: kernel, this executable and libseccomp, both by their identity, and the profile. Different
 * keys of one NAME, which is a cheap hash of the profile, lie in neighbouring places.
 */
import { put32, u32 } from "../../base/bytes.ts";
import type { HostPath } from "../../base/paths.ts";
import { decodeText, encodeText } from "../../base/text.ts";
import type { Seccomp } from "../../spec/types.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd, readInto, tryWrite } from "../../sys/call/fd.ts";
import { kernelRelease } from "../../sys/call/kernel-release.ts";
import { effectiveUid, ownPid } from "../../sys/call/own-ids.ts";
import { OPEN, readText, statFd, tryMakeDirectory, tryOpen } from "../../sys/file/file.ts";
import { fileIdentity } from "../../sys/file/file-identity.ts";
import { readNames, tryOpenAt, tryReplace, tryUnlinkAt } from "../../sys/file/tree.ts";

/** No container can have that name. */
const DIRECTORY = "@filters";
const MAGIC = 0x31664d4c;
const HEADER = 20;
const LARGEST = 1 << 20;
const PLACES = 4;
/** Beyond that, all are removed: a caller whose profiles are never the same again must not fill the machine's memory. */
const MOST_FILES = 64;
const OTHERS = 0o077;

interface Entry {
  readonly library: string;
  readonly key: string;
  readonly program: Uint8Array;
}

/** The program for a profile, if it is kept. Changes nothing. */
export function findFilter(root: HostPath, seccomp: Seccomp): Uint8Array | undefined {
  using directory = openDirectory(root);
  if (directory === undefined) return undefined;
  const profile = profileText(seccomp);
  for (const name of placesOf(profile)) {
    const entry = readEntry(directory, name);
    if (entry === "absent") return undefined;
    if (entry !== "unusable" && entry.key === keyOf(profile, entry.library)) return entry.program;
  }
  return undefined;
}

/** Keeps a program that libseccomp has just compiled. Where that cannot be, nothing is kept. Atomic. */
export function keepFilter(root: HostPath, seccomp: Seccomp, program: Uint8Array): void {
  tryMakeDirectory(`${root}/${DIRECTORY}`, 0o700);
  using directory = openDirectory(root);
  const library = loadedLibrary();
  if (directory === undefined || library === undefined) return;
  const names = readNames(directory.number);
  if (names.length >= MOST_FILES) for (const name of names) tryUnlinkAt(directory.number, name);
  const profile = profileText(seccomp);
  writeEntry(directory, placeFor(directory, profile), { library, key: keyOf(profile, library), program });
}

/** Undefined unless it is ours alone. */
function openDirectory(root: HostPath): Fd | undefined {
  const opened = tryOpen(`${root}/${DIRECTORY}`, OPEN.read | OPEN.directory | OPEN.noFollow);
  if (opened < 0) return undefined;
  const fd = new Fd(opened);
  const { uid, mode } = statFd(opened);
  if (uid === effectiveUid() && (mode & OTHERS) === 0) return fd;
  fd.close();
  return undefined;
}

/** What a program depends on, of config.json: its values, with how many there are of each list. None has a NUL in it. */
function profileText({ defaultAction, defaultErrnoRet, architectures = [], syscalls = [] }: Seccomp): string {
  const words: unknown[] = [defaultAction, defaultErrnoRet, architectures.length, ...architectures];
  for (const { names, action, errnoRet, args = [] } of syscalls) {
    words.push(action, errnoRet, names.length, names.join("\0"), args.length);
    for (const { index, op, value, valueTwo } of args) words.push(index, op, value, valueTwo);
  }
  return words.join("\0");
}

function keyOf(profile: string, library: string): string {
  return [kernelRelease(), fileIdentity("/proc/self/exe"), fileIdentity(library), profile].join("\n");
}

/** A few characters will do: what is found is compared. */
function placesOf(profile: string): string[] {
  let hash = profile.length;
  for (let i = 0; i < profile.length; i += 1 + (profile.length >> 6)) hash = (Math.imul(hash, 31) + profile.charCodeAt(i)) | 0;
  return Array.from({ length: PLACES }, (_, i) => `${(hash >>> 0).toString(16)}.${i}`);
}

/** Where nothing of use is, or what the profile was compiled to for another kernel or by another libseccomp. */
function placeFor(directory: Fd, profile: string): string {
  const places = placesOf(profile);
  const isFree = (name: string): boolean => {
    const entry = readEntry(directory, name);
    return typeof entry === "string" || entry.key.endsWith(`\n${profile}`);
  };
  return places.find(isFree) ?? places[0] ?? "";
}

function readEntry(directory: Fd, name: string): Entry | "absent" | "unusable" {
  const opened = tryOpenAt(directory.number, name, OPEN.read | OPEN.nonBlock | OPEN.noTty);
  if (opened === -ERRNO.ENOENT) return "absent";
  if (opened < 0) return "unusable";
  using fd = new Fd(opened);
  const { kind, uid, mode, size } = statFd(fd.number);
  if (kind !== "file" || uid !== effectiveUid() || (mode & OTHERS) !== 0 || size < HEADER || size > LARGEST) return "unusable";
  const bytes = new Uint8Array(size);
  if (readInto(fd.number, bytes, "a filter that was kept") < size) return "unusable";
  const [library, key, program] = [8, 12, 16].map((at) => u32(bytes, at)) as [number, number, number];
  if (u32(bytes, 0) !== MAGIC || HEADER + library + key + program !== size || program === 0 || program % 8 !== 0) return "unusable";
  const found = bytes.slice(size - program);
  if (u32(bytes, 4) !== sumOf(found)) return "unusable";
  const end = HEADER + library;
  return { library: decodeText(bytes, HEADER, end), key: decodeText(bytes, end, end + key), program: found };
}

function writeEntry(directory: Fd, name: string, { library, key, program }: Entry): void {
  const [path, text] = [encodeText(library), encodeText(key)];
  const bytes = new Uint8Array(HEADER + path.length + text.length + program.length);
  for (const [i, value] of [MAGIC, sumOf(program), path.length, text.length, program.length].entries()) put32(bytes, i * 4, value);
  bytes.set(path, HEADER);
  bytes.set(text, HEADER + path.length);
  bytes.set(program, bytes.length - program.length);
  const temporary = `new-${ownPid()}`;
  tryUnlinkAt(directory.number, temporary); // left by one that had our number
  const opened = tryOpenAt(directory.number, temporary, OPEN.write | OPEN.create | OPEN.exclusive, 0o600);
  if (opened < 0) return;
  using fd = new Fd(opened);
  const written = tryWrite(fd.number, bytes);
  if (written !== bytes.length || tryReplace(directory.number, temporary, name) < 0) tryUnlinkAt(directory.number, temporary);
}

/** Some of its words, and all that a page of the file could have lost. */
function sumOf(program: Uint8Array): number {
  let sum = program.length;
  for (let at = 0; at < program.length; at += 256) sum = (Math.imul(sum, 31) + u32(program, at)) | 0;
  return (sum + u32(program, program.length - 4)) >>> 0;
}

/** The file that the loader took for libseccomp in this process. proc_pid_maps(5) */
function loadedLibrary(): string | undefined {
  return /\/[^\n]*\/libseccomp\.so\.2[^\n/]*$/m.exec(readText("/proc/self/maps"))?.[0];
}
