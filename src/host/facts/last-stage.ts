/**
 * Whether a system call filter admits what init does in the stage that others in its pid namespace can see. If so it is loaded before that
 * stage is born: a process there with CAP_SYS_PTRACE could otherwise trace init and do what the filter forbids.
 */
import type { FilterFacts } from "../../plan/facts.ts";
import { answersOf } from "../../plan/filter/filter-answer.ts";
import { AUDIT_ARCH } from "../../sys/call/machine.ts";
import { SYS } from "../../sys/call/numbers.ts";

const CLONE_PARENT = 0x8000;
const TIOCSCTTY = 0x540e;

const ALLOW = 0x7fff0000; // SECCOMP_RET_ALLOW
const LOG = 0x7ffc0000; // SECCOMP_RET_LOG: allowed as well
/** SECCOMP_RET_ERRNO with ENOSYS and EPERM, after which init tries clone(2). */
const NO_CLONE3: readonly number[] = [0x00050000 | 38, 0x00050000 | 1];

type Args = readonly (number | undefined)[];

/** In the order in which native/init makes them (namespace.c, init.c, console.c, program.c). */
const CALLS: readonly (readonly [number, Args])[] = [
  [SYS.pipe2, []],
  [SYS.sendto, []],
  [SYS.exit, []],
  [SYS.close, []],
  [SYS.read, []],
  [SYS.setsid, []],
  [SYS.ioctl, [0, TIOCSCTTY]],
  [SYS.recvfrom, []],
  [SYS.accept4, []],
  [SYS.execve, []],
];

/** Nothing is known of a filter that need not be looked at. */
export const ADMITS_NOTHING: Admission = { admitsLastStage: false, admitsSendmsg: false, admitsCapset: false };

type Admission = Pick<FilterFacts, "admitsLastStage" | "admitsSendmsg" | "admitsCapset">;

/** What is for a filter with a listener is not looked at without one. */
export function admissionOf(program: Uint8Array, hasListener: boolean): Admission {
  return {
    admitsLastStage: admitsLastStage(program),
    admitsSendmsg: hasListener && allows(program, SYS.sendmsg, []),
    admitsCapset: hasListener && allows(program, SYS.capset, []),
  };
}

function admitsLastStage(program: Uint8Array): boolean {
  const isAbsent = answers(program, SYS.clone3, []).every((answer) => NO_CLONE3.includes(answer));
  if (!allows(program, SYS.clone3, []) && !(isAbsent && allows(program, SYS.clone, [CLONE_PARENT, 0, 0, 0, 0]))) return false;
  return CALLS.every(([number, args]) => allows(program, number, args));
}

function allows(program: Uint8Array, number: number, args: Args): boolean {
  return answers(program, number, args).every((answer) => answer === ALLOW || answer === LOG);
}

function answers(program: Uint8Array, number: number, args: Args): readonly number[] {
  return [...(answersOf(program, { arch: AUDIT_ARCH, number, args }) ?? [0])];
}
