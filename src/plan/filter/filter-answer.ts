/**
 * What a system call filter may answer for a call of which some arguments are unknown: the program is followed on every way that is possible
 * (seccomp(2); Documentation/networking/filter.rst). Jumps lead forward only, so it ends. Pure.
 */
import { u32 } from "../../base/bytes.ts";

export interface FilteredCall {
  /** AUDIT_ARCH_* */
  readonly arch: number;
  readonly number: number;
  /** Up to six; undefined = it may be anything. */
  readonly args: readonly (number | undefined)[];
}

/** linux/bpf_common.h */
const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
const JUMP = 0x05; // BPF_JMP | BPF_JA
const RETURN = 0x06; // BPF_RET | BPF_K
const CONDITIONS: Readonly<Record<number, (value: number, k: number) => boolean>> = {
  21: (value, k) => value === k, // BPF_JMP | BPF_JEQ | BPF_K
  37: (value, k) => value > k, // BPF_JGT
  53: (value, k) => value >= k, // BPF_JGE
  69: (value, k) => (value & k) !== 0, // BPF_JSET
};

/** In bytes, of struct sock_filter and of struct seccomp_data. */
const INSTRUCTION = 8;
const ARGUMENTS_AT = 16;

/** SECCOMP_RET_* with their data; undefined if `program` has an instruction that filters made by libseccomp do not have. */
export function answersOf(program: Uint8Array, call: FilteredCall): ReadonlySet<number> | undefined {
  const answers = new Set<number>();
  const seen = new Set<string>();
  const ways: { at: number; value: number | undefined }[] = [{ at: 0, value: 0 }];
  for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
    const { at, value } = way;
    const key = `${at} ${value}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (at * INSTRUCTION >= program.length) return undefined;
    const { code, ifTrue, ifFalse, k } = instructionAt(program, at);
    const holds = CONDITIONS[code];
    if (code === RETURN) answers.add(k);
    else if (code === LOAD) ways.push({ at: at + 1, value: load(call, k) });
    else if (code === AND) ways.push({ at: at + 1, value: value === undefined ? undefined : (value & k) >>> 0 });
    else if (code === JUMP) ways.push({ at: at + 1 + k, value });
    else if (holds === undefined) return undefined;
    else {
      if (value === undefined || holds(value, k)) ways.push({ at: at + 1 + ifTrue, value });
      if (value === undefined || !holds(value, k)) ways.push({ at: at + 1 + ifFalse, value });
    }
  }
  return answers;
}

/** struct sock_filter */
function instructionAt(program: Uint8Array, at: number): { code: number; ifTrue: number; ifFalse: number; k: number } {
  const [low = 0, high = 0, ifTrue = 0, ifFalse = 0] = program.subarray(at * INSTRUCTION);
  return { code: low | (high << 8), ifTrue, ifFalse, k: u32(program, at * INSTRUCTION + 4) };
}

/** A word of struct seccomp_data. */
function load({ arch, number, args }: FilteredCall, offset: number): number | undefined {
  if (offset === 0) return number;
  if (offset === 4) return arch;
  if (offset < ARGUMENTS_AT) return undefined; // the address of the call
  const value = args[(offset - ARGUMENTS_AT) >> 3];
  if (value === undefined) return undefined;
  return offset % 8 === 0 ? value >>> 0 : Math.floor(value / 2 ** 32);
}
