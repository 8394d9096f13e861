/** Memory by address, copied by the kernel, as in native/engine/memory.c. process_vm_readv(2). */
import { type Pointer, ptr, toArrayBuffer } from "bun:ffi";
import type { Memory } from "../host.ts";
import { syscall } from "./calls.ts";
import { decode } from "./text.ts";
import { requireBetween, requireCount, requireMemory } from "./values.ts";

const READ = process.arch === "arm64" ? 270 : 310;
const WRITE = process.arch === "arm64" ? 271 : 311;
/** Minus ENOSYS, minus EPERM. */
const REFUSED = [-38, -1];
const LARGEST_SIZE = 0x7fff_ffff;
const CHUNK = 4096;

export function address(...args: [memory: Memory]): number {
  requireCount(args.length, 1);
  const memory = requireMemory(args[0]);
  return memory.byteLength === 0 ? 0 : Number(ptr(memory as Uint8Array));
}

export function readMemory(...args: [address: number, size: number]): Uint8Array<ArrayBuffer> {
  requireCount(args.length, 2);
  const from = requireAddress(args[0]);
  const bytes = new Uint8Array(requireBetween(args[1], 0, LARGEST_SIZE));
  copy(READ, from, bytes);
  return bytes;
}

export function writeMemory(...args: [address: number, bytes: Memory]): undefined {
  requireCount(args.length, 2);
  copy(WRITE, requireAddress(args[0]), requireMemory(args[1]));
}

export function readText(...args: [address: number]): string {
  requireCount(args.length, 1);
  const start = requireAddress(args[0]);
  const parts: number[] = [];
  for (let at = start; ; ) {
    const bytes = readMemory(at, CHUNK - (at % CHUNK));
    const end = bytes.indexOf(0);
    parts.push(...bytes.subarray(0, end < 0 ? bytes.length : end));
    if (end >= 0) return decode(new Uint8Array(parts));
    at += bytes.length;
  }
}

function requireAddress(value: unknown): number {
  return requireBetween(value, 0, Number.MAX_SAFE_INTEGER);
}

function copy(call: number, remote: number, local: Memory): void {
  if (local.byteLength === 0) return;
  const here = new BigUint64Array([BigInt(ptr(local as Uint8Array)), BigInt(local.byteLength)]);
  const there = new BigUint64Array([BigInt(remote), BigInt(local.byteLength)]);
  const copied = syscall(call, process.pid, here, 1, there, 1, 0);
  if (REFUSED.includes(copied)) believe(call, remote, new Uint8Array(local.buffer, local.byteOffset, local.byteLength));
  else if (copied !== local.byteLength) throw new RangeError(`no memory at address 0x${remote.toString(16)}`);
}

/** A sandbox or an emulator may not have the call. */
function believe(call: number, remote: number, local: Uint8Array): void {
  const there = new Uint8Array(toArrayBuffer(remote as Pointer, 0, local.length));
  if (call === READ) local.set(there);
  else there.set(local);
}
