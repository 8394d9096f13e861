/** Compiling filters with libseccomp. seccomp_init(3), seccomp_rule_add(3), seccomp_export_bpf(3) */
import { put32, put64 } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { ERRNO } from "../call/errno.ts";
import { strerror } from "../call/errno-words.ts";
import { readAll } from "../call/fd.ts";
import { check, syscall } from "../call/libc.ts";
import { requireLibrary } from "../call/library.ts";
import { SYS } from "../call/numbers.ts";
import { memoryFile } from "../file/memory-file.ts";

const ATTRIBUTE_OPTIMIZE = 8; // SCMP_FLTATR_CTL_OPTIMIZE
const BINARY_TREE = 2;
const CONDITION_SIZE = 24; // struct scmp_arg_cmp
/** __NR_SCMP_ERROR. Other negative numbers stand for calls that only other architectures have. */
const UNKNOWN = -1;

export const LIBRARY = "libseccomp.so.2";

export interface Condition {
  readonly index: number;
  /** As enum scmp_compare has it. */
  readonly operator: number;
  readonly value: number | bigint;
  readonly valueTwo: number | bigint;
}

type Bound = ReturnType<typeof bind>;

let bound: Bound | undefined;

function bind() {
  const library = requireLibrary({
    purpose: "compile the system call filter",
    files: [LIBRARY],
    packages: "libseccomp2 (Debian, Ubuntu) or libseccomp (Fedora, Alpine, Arch)",
  });
  return {
    init: library("seccomp_init", "pointer", ["u32"]),
    release: library("seccomp_release", "void", ["pointer"]),
    setAttribute: library("seccomp_attr_set", "i32", ["pointer", "i32", "u32"]),
    nativeArch: library("seccomp_arch_native", "u32", []),
    resolveArch: library("seccomp_arch_resolve_name", "u32", ["pointer"]),
    addArch: library("seccomp_arch_add", "i32", ["pointer", "u32"]),
    resolveCall: library("seccomp_syscall_resolve_name", "i32", ["pointer"]),
    resolveCallOf: library("seccomp_syscall_resolve_name_arch", "i32", ["u32", "pointer"]),
    addRule: library("seccomp_rule_add_array", "i32", ["pointer", "u32", "i32", "u32", "pointer"]),
    exportProgram: library("seccomp_export_bpf", "i32", ["pointer", "i32"]),
  };
}

function libseccomp(): Bound {
  bound ??= bind();
  return bound;
}

/** The token of the machine's own architecture: AUDIT_ARCH_*, but x32 has one of its own. */
export function nativeArchitecture(): number {
  return libseccomp().nativeArch();
}

/** The token of an architecture; undefined if this libseccomp does not know it. */
export function architectureOf(name: string): number | undefined {
  const token = libseccomp().resolveArch(name);
  return token === 0 ? undefined : token;
}

/** A system call's number; undefined if this libseccomp does not know it. Without `arch`, the machine's own. */
export function callNumber(name: string, arch?: number): number | undefined {
  const { resolveCall, resolveCallOf } = libseccomp();
  const number = arch === undefined ? resolveCall(name) : resolveCallOf(arch, name);
  return number === UNKNOWN ? undefined : number;
}

/** A filter on its way to a program, for the machine's own architecture and those that are added. */
export class Filter implements Disposable {
  readonly #context: number;

  /** Throws code "unsupported" on a machine without libseccomp. */
  constructor(defaultAction: number) {
    const context = libseccomp().init(defaultAction);
    if (context === null) throw refusal("seccomp_init(3)", "begin a system call filter", ERRNO.EINVAL);
    this.#context = context;
  }

  /** One that is there already is no error. */
  addArchitecture(token: number, name: string): void {
    const result = libseccomp().addArch(this.#context, token);
    if (result !== -ERRNO.EEXIST) requireDone(result, "seccomp_arch_add(3)", `filter calls of architecture ${name}`);
  }

  /** Looks system calls up by a tree instead of one by one. */
  sortCalls(): void {
    libseccomp().setAttribute(this.#context, ATTRIBUTE_OPTIMIZE, BINARY_TREE); // an older libseccomp cannot, and that is all right
  }

  /** The action is taken if all conditions hold. */
  addRule(action: number, call: { readonly name: string; readonly number: number }, conditions: readonly Condition[]): void {
    const memory = new Uint8Array(conditions.length * CONDITION_SIZE);
    for (const [i, { index, operator, value, valueTwo }] of conditions.entries()) {
      put32(memory, i * CONDITION_SIZE, index);
      put32(memory, i * CONDITION_SIZE + 4, operator);
      put64(memory, i * CONDITION_SIZE + 8, value);
      put64(memory, i * CONDITION_SIZE + 16, valueTwo);
    }
    const result = libseccomp().addRule(this.#context, action, call.number, conditions.length, memory);
    requireDone(result, "seccomp_rule_add_array(3)", `add a rule for system call ${call.name} to the filter`);
  }

  /** Its instructions, as the kernel takes them. */
  compile(): Uint8Array {
    using file = memoryFile("lamina:filter");
    requireDone(libseccomp().exportProgram(this.#context, file.number), "seccomp_export_bpf(3)", "compile the system call filter");
    check(syscall(SYS.lseek, file.number, 0, 0), "lseek(2)", "rewind the system call filter");
    return readAll(file.number, "the system call filter");
  }

  [Symbol.dispose](): void {
    libseccomp().release(this.#context);
  }
}

function requireDone(result: number, call: string, what: string): void {
  if (result < 0) throw refusal(call, what, -result);
}

function refusal(call: string, what: string, errno: number): RuntimeError {
  return new RuntimeError("config", `cannot ${what}: ${strerror(errno)}`, { call });
}
