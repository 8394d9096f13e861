/** Processes: starting, waiting, signalling. */
import { exactU64, i32, put32, put64, u32 } from "../../base/bytes.ts";
import { isFirstUserNamespace } from "../../base/user-namespace.ts";
import { OWN_GROUP, spawn as startChild } from "../../engine/process.ts";
import { ERRNO } from "../call/errno.ts";
import { Fd } from "../call/fd.ts";
import { check, requireNoNul, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { effectiveUid } from "../call/own-ids.ts";
import { readTextIfThere } from "../file/file.ts";

export interface SpawnRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  /**
   * Descriptor of ours → number in the child, in this order. A pair n → n passes n on. Everything else that is
   * close-on-exec is closed. The numbers in the child must not hide a later pair's source: keep sources high.
   */
  readonly descriptors: readonly (readonly [from: number, to: number])[];
  /** Working directory of the child; absent = ours. */
  readonly directory?: string;
  /** The child leads a process group of its own, which can be signalled whole. */
  readonly ownGroup?: boolean;
  /** The child may use all processors that its cgroup has, now and whichever it enters: also those that we have been kept from. */
  readonly onAllProcessors?: boolean;
}

const SIGCHLD = 17;
const KERNEL_SIGACTION_SIZE = 32;
const KERNEL_SIGSET_SIZE = 8;
const SIG_IGN = 1n;

/** Who is started by a process that ignores SIGCHLD does so too, and then cannot learn how its children ended. wait(2). */
export function keepChildren(): void {
  const action = new Uint8Array(KERNEL_SIGACTION_SIZE);
  check(syscall(SYS.rt_sigaction, SIGCHLD, null, action, KERNEL_SIGSET_SIZE), "rt_sigaction(2)", "look at the handler of SIGCHLD");
  if (exactU64(action, 0) !== SIG_IGN) return;
  action.fill(0);
  check(syscall(SYS.rt_sigaction, SIGCHLD, action, null, KERNEL_SIGSET_SIZE), "rt_sigaction(2)", "reset SIGCHLD");
}

const SIGPIPE = 13;
const SIGXFSZ = 25;

/** From here on a write to what nobody reads, or beyond a limit of file size, is an error instead of our end. signal(7) */
export function failInsteadOfDying(): void {
  const action = new Uint8Array(KERNEL_SIGACTION_SIZE);
  put64(action, 0, SIG_IGN);
  for (const signal of [SIGPIPE, SIGXFSZ]) {
    check(syscall(SYS.rt_sigaction, signal, action, null, KERNEL_SIGSET_SIZE), "rt_sigaction(2)", `ignore signal ${signal}`);
  }
}

const CLOSE_RANGE_CLOEXEC = 4;
const LAST_DESCRIPTOR = 0xffff_ffff;

/** What our caller left open for us by mistake is not a child's: a directory of the host's would lead out of a container. close_range(2) */
function closeOnExec(): void {
  check(syscall(SYS.close_range, 3, LAST_DESCRIPTOR, CLOSE_RANGE_CLOEXEC), "close_range(2)", "mark descriptors to be closed");
}

/** Starts a child; returns its pid. The child has our working directory and limits, and fresh signals. */
export function spawn({ file, args, env, descriptors, directory, ownGroup = false, onAllProcessors = false }: SpawnRequest): number {
  keepChildren();
  closeOnExec();
  for (const text of [file, ...args, ...env, directory ?? ""]) requireNoNul(text);
  using _processors = onAllProcessors ? useAllProcessors() : undefined;
  const pid = startChild(file, args, env, Int32Array.from(descriptors.flat()), directory ?? null, ownGroup ? OWN_GROUP : 0);
  return check(pid, "execve(2)", `start ${file}`);
}

/** Bytes of processor bits: more than any kernel is built for. */
const PROCESSOR_BITS = 8192;

/**
 * Until it is disposed of, what we start may use all processors. The kernel remembers what a process has asked for, and keeps to what its
 * cpuset has: from Linux 6.2 on also where it enters another one, so that a choice that our caller made for itself would stay. Where
 * that cannot be changed, it does. sched_setaffinity(2)
 */
function useAllProcessors(): Disposable {
  const before = new Uint8Array(PROCESSOR_BITS);
  const length = syscall(SYS.sched_getaffinity, 0, before.length, before);
  if (length > 0) syscall(SYS.sched_setaffinity, 0, before.length, new Uint8Array(PROCESSOR_BITS).fill(0xff));
  return {
    [Symbol.dispose]: () => {
      if (length > 0) syscall(SYS.sched_setaffinity, 0, length, before);
    },
  };
}

/** How a process ended: its exit status, or 128 + the signal that killed it. */
export function exitStatus(waitStatus: number): number {
  const signal = waitStatus & 0x7f;
  return signal === 0 ? (waitStatus >> 8) & 0xff : 128 + signal;
}

/** How a process ended: its exit status, or the signal that killed it. */
export type End = { readonly exited: number } | { readonly killed: number };

export function endOf(waitStatus: number): End {
  const signal = waitStatus & 0x7f;
  return signal === 0 ? { exited: (waitStatus >> 8) & 0xff } : { killed: signal };
}

const WNOHANG = 1;

/** The wait(2) status of a child, after waiting for its end. Throws if it is no child of ours. */
export function waitChild(pid: number): number {
  const status = new Uint8Array(4);
  check(syscall(SYS.wait4, pid, status, 0), "wait4(2)", `wait for process ${pid}`);
  return i32(status, 0);
}

/** The next child that has ended already, if any. */
export function reapChild(): { pid: number; status: number } | undefined {
  const status = new Uint8Array(4);
  const pid = syscall(SYS.wait4, -1, status, WNOHANG);
  return pid > 0 ? { pid, status: i32(status, 0) } : undefined;
}

/** Of a number that nothing has, or a thread that leads no process, which old kernels call invalid and new ones absent. */
const NO_PROCESS: readonly number[] = [-ERRNO.ESRCH, -ERRNO.EINVAL, -ERRNO.ENOENT];

/** A descriptor of the process itself, so that a later process of the same number is not meant; undefined if it is gone. */
export function openPid(pid: number): Fd | undefined {
  const result = syscall(SYS.pidfd_open, pid, 0);
  if (NO_PROCESS.includes(result)) return undefined;
  return new Fd(check(result, "pidfd_open(2)", `open process ${pid}`));
}

/** To a process that is not reaped yet, and to its whole group. 0 or minus errno. */
export function trySignalGroup(leader: number, signal: number): number {
  return syscall(SYS.kill, -leader, signal);
}

/** 0 or minus errno. */
export function trySignal(pidFd: Fd, signal: number): number {
  return syscall(SYS.pidfd_send_signal, pidFd.number, signal, 0, 0);
}

/** Soft and hard limit of a process (0 = ours) for a resource. prlimit(2). */
export function readLimit(pid: number, resource: number): { soft: bigint; hard: bigint } | undefined {
  const limits = new Uint8Array(16);
  if (syscall(SYS.prlimit64, pid, resource, null, limits) < 0) return undefined;
  return { soft: exactU64(limits, 0), hard: exactU64(limits, 8) };
}

const PR_SET_CHILD_SUBREAPER = 36;

/** Orphans below us become our children, so that `run` can reap its container's init. prctl(2). */
export function becomeSubreaper(): void {
  check(syscall(SYS.prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl(2)", "become the reaper of orphaned processes");
}

const CAPABILITY_VERSION_3 = 0x20080522;

/** The permitted set of this process, bit N for capability N. capget(2). */
export function readPermittedCapabilities(): bigint {
  const header = new Uint8Array(8);
  put32(header, 0, CAPABILITY_VERSION_3);
  const sets = new Uint8Array(24); // effective, permitted, inheritable of the capabilities 0 to 31, then of those above
  check(syscall(SYS.capget, header, sets), "capget(2)", "read the capabilities of this process");
  return BigInt(u32(sets, 4)) | (BigInt(u32(sets, 16)) << 32n);
}

/** Whether we run in another user namespace than the first. Without uid_map the kernel has no user namespaces. */
export function isInUserNamespace(): boolean {
  const uidMap = readTextIfThere("/proc/self/uid_map");
  return uidMap !== undefined && !isFirstUserNamespace(uidMap);
}

/** Not root, or root of a user namespace only: nobody who rules the host. */
export function isRootless(): boolean {
  return effectiveUid() !== 0 || isInUserNamespace();
}

/** The only call that tells it sets it, for all threads of this process: for a moment to what gives nobody else anything. */
export function readUmask(): number {
  const mask = syscall(SYS.umask, 0o077);
  syscall(SYS.umask, mask);
  return mask;
}

const KEYCTL_CAPABILITIES = 31;

/** Whether the kernel is built with keyrings(7); any question but this one would make some. */
export function hasKeyrings(): boolean {
  return syscall(SYS.keyctl, KEYCTL_CAPABILITIES, null, 0) !== -ERRNO.ENOSYS;
}
