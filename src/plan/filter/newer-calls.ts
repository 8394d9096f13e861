/**
 * What a filter answers for system calls that are newer than its profile: ENOSYS, as a kernel without them would, so that programs fall
 * back. A profile that forbids what it does not list would otherwise answer EPERM, which programs take for a refusal. Newer is
 * what has a higher number than every call that the profile names; runc draws the same line. Pure.
 *
 *   ld arch · one jump for each architecture to its section · jump to the filter
 *   section:  ld number · (s390: 0 is the number of calls unknown to the kernel) · above the highest? → ENOSYS · jump to the filter
 *   ret ENOSYS · the filter
 */
import { concat, put32, putU16 } from "../../base/bytes.ts";

/** struct sock_filter: code, and where to go on, counted from the next instruction, if the condition holds. */
interface Instruction {
  readonly code: number;
  readonly k: number;
  readonly to?: string;
}

/** linux/bpf_common.h */
const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const JUMP = 0x05; // BPF_JMP | BPF_JA
const JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const JUMP_GREATER = 0x25; // BPF_JMP | BPF_JGT | BPF_K
const JUMP_BITS = 0x45; // BPF_JMP | BPF_JSET | BPF_K
const RETURN = 0x06; // BPF_RET | BPF_K
/** struct seccomp_data */
const NUMBER_AT = 0;
const ARCH_AT = 4;
const ANSWER = 0x00050000 | 38; // SECCOMP_RET_ERRNO, ENOSYS

const X86_64 = 0xc000003e;
const S390: ReadonlySet<number> = new Set([0x00000016, 0x80000016]);
const X32_BIT = 0x40000000;

/** The highest number that the profile names, for one AUDIT_ARCH_*. */
export interface HighestCall {
  readonly arch: number;
  /** The calls of x32, which the kernel counts as x86_64, with a bit in each number. */
  readonly isX32: boolean;
  readonly number: number;
}

/** `filter` behind the answer for newer calls. */
export function answerNewerCalls(highest: readonly HighestCall[], filter: Uint8Array): Uint8Array {
  const arches = [...new Set(highest.map(({ arch }) => arch))];
  const code: (Instruction | string)[] = [
    { code: LOAD, k: ARCH_AT },
    ...arches.map((arch) => ({ code: JUMP_EQUAL, k: arch, to: `arch ${arch}` })),
    { code: JUMP, k: 0, to: "filter" },
    ...arches.flatMap((arch) => section(arch, highest)),
    "newer",
    { code: RETURN, k: ANSWER },
    "filter",
  ];
  return concat([assemble(code), filter]);
}

function section(arch: number, highest: readonly HighestCall[]): (Instruction | string)[] {
  const own = highest.find((one) => one.arch === arch && !one.isX32);
  const x32 = highest.find((one) => one.arch === arch && one.isX32);
  const limit = (call: HighestCall | undefined): Instruction[] => [
    ...(call === undefined ? [] : [{ code: JUMP_GREATER, k: call.number, to: "newer" }]),
    { code: JUMP, k: 0, to: "filter" },
  ];
  return [
    `arch ${arch}`,
    { code: LOAD, k: NUMBER_AT },
    ...(S390.has(arch) ? [{ code: JUMP_EQUAL, k: 0, to: "newer" }] : []),
    ...(arch === X86_64 ? [{ code: JUMP_BITS, k: X32_BIT, to: `x32 ${arch}` }] : []),
    ...limit(own),
    ...(arch === X86_64 ? [`x32 ${arch}`, ...limit(x32)] : []),
  ];
}

/** Labels become distances. An unconditional jump has 32 bits for its own, a condition 8. */
function assemble(code: readonly (Instruction | string)[]): Uint8Array {
  const places = new Map<string, number>();
  let count = 0;
  for (const one of code) {
    if (typeof one === "string") places.set(one, count);
    else count++;
  }
  const bytes = new Uint8Array(count * 8);
  let at = 0;
  for (const one of code) {
    if (typeof one === "string") continue;
    const distance = one.to === undefined ? 0 : (places.get(one.to) ?? 0) - at - 1;
    if (one.code !== JUMP && distance > 255) throw new RangeError(`a jump over ${distance} instructions`);
    putU16(bytes, at * 8, one.code);
    bytes[at * 8 + 2] = one.code === JUMP ? 0 : distance;
    put32(bytes, at * 8 + 4, one.code === JUMP ? distance : one.k);
    at++;
  }
  return bytes;
}
