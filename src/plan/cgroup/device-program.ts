/**
 * Device rules → an eBPF program for cgroup v2 (BPF_PROG_TYPE_CGROUP_DEVICE). Pure.
 *
 * The kernel runs it on every access; 1 allows and 0 denies. Rules are checked from last to first: a matching rule denies
 * at once, or removes what it allows from the access still to be granted.
 *
 *   r1  context: u32 access << 16 | type, u32 major, u32 minor (struct bpf_cgroup_dev_ctx)
 *   r0  verdict    r2  type    r3  access left    r4  major    r5  minor
 */
import { append } from "../../base/append.ts";
import { type DeviceAccess, isWhole } from "./device-rules.ts";

/** Opcodes (linux/bpf_common.h, bpf.h): class, source and operation in one byte. */
const LOAD_WORD = 0x61;
const MOVE = 0xb7;
const MOVE_REGISTER = 0xbf;
const SHIFT_RIGHT = 0x77;
const AND = 0x57;
const JUMP = 0x05;
const JUMP_UNLESS_EQUAL = 0x55;
const JUMP_IF_ANY_BIT = 0x45;
const EXIT = 0x95;

const VERDICT = 0;
const CONTEXT = 1;
const TYPE = 2;
const ACCESS_LEFT = 3;
const MAJOR = 4;
const MINOR = 5;

/** BPF_DEVCG_DEV_*. */
const TYPES = { b: 1, c: 2 } as const;

interface Operands {
  readonly to?: number;
  readonly from?: number;
  readonly offset?: number;
  readonly value?: number;
}

/** One instruction per bigint: its eight bytes read as a little-endian word. */
export function compileDeviceProgram(rules: readonly DeviceAccess[]): bigint[] {
  const program = [
    instruction(LOAD_WORD, { to: TYPE, from: CONTEXT, offset: 0 }),
    instruction(MOVE_REGISTER, { to: ACCESS_LEFT, from: TYPE }),
    instruction(SHIFT_RIGHT, { to: ACCESS_LEFT, value: 16 }),
    instruction(AND, { to: TYPE, value: 0xffff }),
    instruction(LOAD_WORD, { to: MAJOR, from: CONTEXT, offset: 4 }),
    instruction(LOAD_WORD, { to: MINOR, from: CONTEXT, offset: 8 }),
    instruction(MOVE, { to: VERDICT, value: 0 }),
  ];
  for (const rule of rules.toReversed()) {
    // the kernel rejects unreachable instructions, so nothing may follow a rule that settles everything
    if (isWhole(rule)) return [...program, instruction(MOVE, { to: VERDICT, value: rule.allow ? 1 : 0 }), instruction(EXIT)];
    append(program, compileRule(rule));
  }
  return [...program, instruction(EXIT)];
}

function compileRule(rule: DeviceAccess): bigint[] {
  const verdict = rule.allow ? compileAllow(rule.access) : compileDeny(rule.access);
  const conditions: (readonly [register: number, value: number])[] = [];
  if (rule.type !== "a") conditions.push([TYPE, TYPES[rule.type]]);
  if (rule.major !== undefined) conditions.push([MAJOR, rule.major]);
  if (rule.minor !== undefined) conditions.push([MINOR, rule.minor]);
  const jumps = conditions.map(([to, value], i) =>
    instruction(JUMP_UNLESS_EQUAL, { to, value, offset: conditions.length - 1 - i + verdict.length }),
  );
  return [...jumps, ...verdict];
}

function compileAllow(access: number): bigint[] {
  return [
    instruction(AND, { to: ACCESS_LEFT, value: 7 & ~access }),
    instruction(JUMP_UNLESS_EQUAL, { to: ACCESS_LEFT, value: 0, offset: 2 }),
    instruction(MOVE, { to: VERDICT, value: 1 }),
    instruction(EXIT),
  ];
}

function compileDeny(access: number): bigint[] {
  return [instruction(JUMP_IF_ANY_BIT, { to: ACCESS_LEFT, value: access, offset: 1 }), instruction(JUMP, { offset: 1 }), instruction(EXIT)];
}

/** struct bpf_insn: u8 opcode, u4 destination, u4 source, s16 offset, s32 value. */
function instruction(opcode: number, { to = 0, from = 0, offset = 0, value = 0 }: Operands = {}): bigint {
  const registers = BigInt(to | (from << 4)) << 8n;
  return BigInt(opcode) | registers | (BigInt.asUintN(16, BigInt(offset)) << 16n) | (BigInt.asUintN(32, BigInt(value)) << 32n);
}
