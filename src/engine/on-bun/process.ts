/** What a process of Bun's was started with, and children by posix_spawn(3), as in native/engine/process.c and spawn.c. */
import { dlopen } from "bun:ffi";
import { readFileSync } from "node:fs";
import type { Memory } from "../host.ts";
import { decode } from "./text.ts";
import { requireBetween, requireCount, requireMemory, requireText } from "./values.ts";
import { toWord } from "./words.ts";

export const engine = `Bun ${process.versions.bun}`;
export const machine = process.arch === "arm64" ? "aarch64" : "x86_64";

const { symbols: libc } = dlopen("libc.so.6", {
  posix_spawn: { args: ["ptr", "u64", "ptr", "ptr", "ptr", "ptr"], returns: "i32" },
  posix_spawnattr_init: { args: ["ptr"], returns: "i32" },
  posix_spawnattr_setflags: { args: ["ptr", "i32"], returns: "i32" },
  posix_spawnattr_setpgroup: { args: ["ptr", "i32"], returns: "i32" },
  posix_spawnattr_setsigdefault: { args: ["ptr", "ptr"], returns: "i32" },
  posix_spawnattr_setsigmask: { args: ["ptr", "ptr"], returns: "i32" },
  posix_spawn_file_actions_init: { args: ["ptr"], returns: "i32" },
  posix_spawn_file_actions_adddup2: { args: ["ptr", "i32", "i32"], returns: "i32" },
  posix_spawn_file_actions_addchdir_np: { args: ["ptr", "u64"], returns: "i32" },
  posix_spawn_file_actions_destroy: { args: ["ptr"], returns: "i32" },
});

const ATTRIBUTES_SIZE = 512; // 336 bytes in glibc; room for others
const FILE_ACTIONS_SIZE = 256; // 80 bytes in glibc
const SIGNAL_SET_SIZE = 128;
const OWN_GROUP = 1;
const ENOSYS = 38;
const SETPGROUP = 2;
const SETSIGDEF = 4;
const SETSIGMASK = 8;

export function programArguments(...args: []): string[] {
  requireCount(args.length, 0);
  const count = process.argv.length - 2; // without Bun and the script
  return count > 0 ? readTexts("/proc/self/cmdline").slice(-count) : [];
}

export function environment(...args: []): string[] {
  requireCount(args.length, 0);
  return readTexts("/proc/self/environ");
}

export function environmentVariable(...args: [name: string]): string | null {
  requireCount(args.length, 1);
  const start = `${requireText(args[0], "a name")}=`;
  if (start.includes("\0")) throw new TypeError("text with a NUL character");
  if (start.indexOf("=") !== start.length - 1 || start === "=") return null;
  return (
    environment()
      .find((entry) => entry.startsWith(start))
      ?.slice(start.length) ?? null
  );
}

/** Texts of which each ends with a NUL. */
function readTexts(path: string): string[] {
  const bytes = readFileSync(path);
  const ends = [...bytes.keys()].filter((at) => bytes[at] === 0);
  return ends.map((end, i) => decode(bytes, (ends[i - 1] ?? -1) + 1, end));
}

export function embedded(...args: [name: string]): Uint8Array<ArrayBuffer> | null {
  requireCount(args.length, 1);
  requireText(args[0], "a name");
  return null;
}

export function exit(...args: [status: number]): never {
  requireCount(args.length, 1);
  process.exit(requireBetween(args[0], 0, 255));
}

/** A child would have none of the engine's threads, which it cannot do without. */
export function fork(...args: []): number {
  requireCount(args.length, 0);
  return -ENOSYS;
}

/** As there is no child, nobody to share it with. */
export function sharedMemory(...args: [size: number]): Uint8Array<ArrayBuffer> {
  requireCount(args.length, 1);
  return new Uint8Array(requireBetween(args[0], 1, 0x7fff_ffff));
}

export function spawn(
  ...args: [
    file: string,
    args: readonly string[],
    environment: readonly string[],
    descriptors: Int32Array,
    directory: string | null,
    flags: number,
  ]
): number {
  requireCount(args.length, 6);
  const [file, argv, env, descriptors, directory, flags] = args;
  requireText(file, "a file");
  if (directory !== null) requireText(directory, "a directory");
  const attributes = new Uint8Array(ATTRIBUTES_SIZE);
  setAttributes(attributes, requireBetween(flags, 0, OWN_GROUP));
  const keep: Memory[] = [];
  const lists = [pointers(argv, keep), pointers(env, keep)] as const;
  const path = toWord(file, keep);
  const chdir = directory === null ? 0n : toWord(directory, keep);
  if (!(descriptors instanceof Int32Array)) throw new TypeError("descriptors that are no Int32Array");
  requireMemory(descriptors);
  const actions = new Uint8Array(FILE_ACTIONS_SIZE);
  const pid = new Int32Array(1);
  libc.posix_spawn_file_actions_init(actions);
  let error = 0;
  for (let i = 0; i + 1 < descriptors.length && error === 0; i += 2) {
    error = libc.posix_spawn_file_actions_adddup2(actions, descriptors[i] ?? -1, descriptors[i + 1] ?? -1);
  }
  if (error === 0 && directory !== null) error = libc.posix_spawn_file_actions_addchdir_np(actions, chdir);
  if (error === 0) error = libc.posix_spawn(pid, path, actions, attributes, lists[0], lists[1]);
  libc.posix_spawn_file_actions_destroy(actions);
  keep.length = 0;
  return error === 0 ? (pid[0] ?? 0) : -error;
}

function setAttributes(attributes: Uint8Array, flags: number): void {
  libc.posix_spawnattr_init(attributes);
  libc.posix_spawnattr_setflags(attributes, SETSIGDEF | SETSIGMASK | (flags & OWN_GROUP ? SETPGROUP : 0));
  libc.posix_spawnattr_setpgroup(attributes, 0);
  libc.posix_spawnattr_setsigdefault(attributes, new Uint8Array(SIGNAL_SET_SIZE).fill(0xff));
  libc.posix_spawnattr_setsigmask(attributes, new Uint8Array(SIGNAL_SET_SIZE));
}

/** A NULL-terminated array of strings; `keep` gets the memory that it points to. */
function pointers(texts: readonly string[], keep: Memory[]): BigUint64Array {
  if (!Array.isArray(texts)) throw new TypeError("an argument that is no array of strings");
  return BigUint64Array.from([...texts.map((text) => toWord(requireText(text, "an item"), keep)), 0n]);
}
