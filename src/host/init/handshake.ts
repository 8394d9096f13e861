/**
 * The conversation with native init. Each message is 12 bytes: u32 kind, u32 step (index in the plan), u32 value.
 * `run --detach` spawns a supervisor, whose child is stage 1, and says so first.
 *
 *   create / run                                native init, stage 1
 *   spawn: BASE plan, BASE+1 this socket,
 *          BASE+2 start socket, BASE+3 console
 *                                      ◀─────── supervised        only with a supervisor: the pid of stage 1
 *   write the record
 *   claim, make the writable layer     ── go ─▶ wait for it at "layers", without a word; only with a writable layer to be mounted
 *   make cgroups, or if systemd does           mount the layers; open and join namespaces, with cgroup2 only afterwards
 *   that, wait for the sync            ── go ─▶
 *                                      ◀─────── sync cgroup       only with a cgroup; perhaps from stage 2
 *                                               enter cgroups, unshare(user)
 *                                      ◀─────── sync id-maps      only with a new user namespace
 *   write uid_map, gid_map             ── go ─▶ become its root; clone3 with CLONE_PARENT
 *                                      ◀─────── pid               of the next stage, a child of the same parent; this one ends
 *                                               stage 2: mounts, devices, masks
 *                                      ◀─────── sync hooks        only with network devices, or prestart or createRuntime hooks
 *   move them, run them                ── go ─▶ createContainer hooks, new root, identity
 *                                      ◀─────── mount             only with a mount namespace of others: the id of its root
 *                                      ◀─────── sync root         so is this
 *   write it down                      ── go ─▶ put the root there
 *                                      ◀─────── pid               only with a pid namespace of others, which a last stage enters
 *   pass it on                         ◀─────── listener          only with a filter that has one; comes with its descriptor,
 *                                                                 perhaps after the sync that follows
 *                                      ◀─────── sync ready
 *   change the record, write pid file  ── go ─▶ create: close this socket, accept on the start socket
 *                                               run: startContainer hooks, execve
 *                                      ◀─────── end of file = execve happened
 *   start
 *   connect, go                        ───────▶ this connection is the host now: startContainer hooks, execve
 *                                      ◀─────── end of file
 *
 *   at any point                       ◀─────── warning step errno · failed step errno; failure.ts words them
 *
 * Init may have been taken over: by hooks of the image, or in a pid namespace of others. So it can say only so much, what is to be a listener must
 * be one, and a supervisor is only heard of where one was started.
 *
 * With the `go` of `start` may come memory where init writes down when the steps that are left end (host/timeline).
 *
 * With a failure may come the file system context that refused something, in which the kernel says why, or the standard error
 * of a server that ended.
 */
import { put32 } from "../../base/bytes.ts";
import type { SyncPoint } from "../../plan/steps/step.ts";
import { SYNC_POINTS } from "../../plan/steps/step.ts";
import { MESSAGE } from "../../plan/steps/wire.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { kernelError } from "../../sys/call/libc.ts";
import { kindOfAnonymous } from "../../sys/file/anonymous-file.ts";
import { readWords } from "../../sys/kernel/filesystem-context.ts";
import { receiveWith, trySend, trySendWith } from "../../sys/process/socket.ts";

const MESSAGE_SIZE = 12;

/** A step of init's plan that did not work; `value` is its errno (see failure.ts for the other values). */
export class StepFailure extends Error {
  override readonly name = "StepFailure";

  readonly step: number;
  readonly value: number;
  /** What the kernel said beside it. */
  readonly log: readonly string[];

  constructor(step: number, value: number, log: readonly string[]) {
    super(`step ${step} failed with ${value}`);
    this.step = step;
    this.value = value;
    this.log = log;
  }
}

/** Init went away without a word: it was killed, or could not say one. */
export class InitLost extends Error {
  override readonly name = "InitLost";

  /** What it did not come to. */
  readonly before: string;

  constructor(before = "it was ready") {
    super(`init went away before ${before}`);
    this.before = before;
  }
}

/** What may be said at most. */
export interface Limits {
  /** Of the part of init's plan that is to come: no step has more to say than a warning and a message. */
  readonly steps: number;
  readonly isSupervised: boolean;
}

/** Told of what comes between the sync points. */
export interface Listener {
  readonly warn: (step: number, errno: number) => void;
  /** Init goes on as this process; the one before ends. */
  readonly next: (pid: number) => void;
  /** The container's root has this id, and is about to be put among mounts of others. */
  readonly mount: (id: number) => void;
  /** Who was started supervises process `pid`, which is init. */
  readonly supervised: (pid: number) => void;
}

interface Message {
  readonly kind: number;
  readonly value: number;
  readonly listener?: Fd;
}

/** What the kernel says of a socket whose other end is closed. */
const INIT_GONE: readonly number[] = [-ERRNO.EPIPE, -ERRNO.ECONNRESET, -ERRNO.ECONNREFUSED];

export class Handshake implements Disposable {
  readonly #socket: Fd;
  readonly #listener: Listener;
  /** From here on hooks of the image run beside init, which may be allowed to trace it: no stage follows, whoever says so. */
  #isReady = false;
  #messagesLeft: number;
  /** Only the first message tells of a supervisor. */
  #mayBeSupervised: boolean;
  /** Where init waits. */
  #at: number | undefined;
  /** Where it need not. */
  readonly #ahead = new Set<number>();
  /** A sync that came before what was awaited. */
  #early: Message | undefined;
  /** A listener that came before it was awaited. */
  #listenerOfFilter: Fd | undefined;

  constructor(socket: Fd, { steps, isSupervised }: Limits, listener: Listener) {
    this.#socket = socket;
    this.#listener = listener;
    this.#messagesLeft = 2 * steps + 2; // the supervisor's, and a failure
    this.#mayBeSupervised = isSupervised;
  }

  /** Waits until init has come to `point`. Throws StepFailure or InitLost. */
  await(point: SyncPoint): void {
    let message = this.#early ?? this.#next();
    this.#early = undefined;
    if (message?.listener !== undefined && this.#listenerOfFilter === undefined) {
      this.#listenerOfFilter = message.listener;
      message = this.#next();
    }
    if (message === undefined || message.kind !== MESSAGE.sync || message.value !== SYNC_POINTS[point]) throw new InitLost();
    this.#at = message.value;
    this.#isReady = point === "ready";
  }

  /** Waits for the listener of init's filter; the caller closes it. Throws as `await`. */
  awaitListener(): Fd {
    const listener = this.#listenerOfFilter;
    this.#listenerOfFilter = undefined;
    if (listener !== undefined) return listener;
    for (;;) {
      const message = this.#next();
      if (message?.listener !== undefined) return message.listener;
      if (message === undefined || this.#early !== undefined) throw new InitLost();
      this.#early = message;
    }
  }

  /** Lets init go on from `point`, if it is there, or else not wait there at all. Should it be gone, the next await says so. */
  release(point: SyncPoint): void {
    if (this.#at !== SYNC_POINTS[point]) this.#ahead.add(SYNC_POINTS[point]);
    this.#at = undefined;
    this.#go();
  }

  /** Lets init go on that a `create` has left. `times`: memory for what is yet to come. */
  start(times?: Fd): void {
    this.#go(times);
  }

  #go(times?: Fd): void {
    const message = new Uint8Array(MESSAGE_SIZE);
    put32(message, 0, MESSAGE.go);
    const sent = times === undefined ? trySend(this.#socket, message) : trySendWith(this.#socket, message, times);
    if (sent < 0 && !INIT_GONE.includes(sent)) throw kernelError(-sent, "send(2)", "let the container's init go on"); // it would wait for ever, and we for it
  }

  /** Waits for execve: the kernel closes init's end then. Throws StepFailure. */
  awaitExec(): void {
    if (this.#next() !== undefined) throw new InitLost();
  }

  /** The next sync or listener; warnings and the pid are taken on the way. undefined at the end of the conversation. Throws InitLost. */
  #next(): Message | undefined {
    for (;;) {
      if (this.#messagesLeft-- === 0) throw new InitLost();
      const { data, descriptor } = receiveWith(this.#socket, MESSAGE_SIZE, "hear from the container's init");
      using stack = new DisposableStack();
      const context = descriptor && stack.use(descriptor);
      if (data.length !== MESSAGE_SIZE) return undefined;
      const [kind, step, value] = new Uint32Array(data.buffer, data.byteOffset, 3);
      if (kind === undefined || step === undefined || value === undefined) return undefined;
      if (kind === MESSAGE.failed) throw new StepFailure(step, value, context === undefined ? [] : readWords(context));
      if (kind === MESSAGE.warning) this.#listener.warn(step, value);
      else if (kind === MESSAGE.pid && !this.#isReady) this.#listener.next(value);
      else if (kind === MESSAGE.mount && !this.#isReady) this.#listener.mount(value);
      else if (kind === MESSAGE.supervised && this.#mayBeSupervised) this.#listener.supervised(value);
      else if (kind === MESSAGE.listener && !this.#isReady && context !== undefined && isListener(context)) {
        stack.move();
        return { kind, value, listener: context };
      } else if (kind !== MESSAGE.sync || !this.#ahead.delete(value)) return { kind, value };
      this.#mayBeSupervised = false;
    }
  }

  [Symbol.dispose](): void {
    this.#listenerOfFilter?.close();
    this.#socket.close();
  }
}

function isListener(file: Fd): boolean {
  return kindOfAnonymous(file) === "seccomp notify";
}
