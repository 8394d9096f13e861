/** The program criu, and one conversation with it: a request, what it tells meanwhile, a reply (criu.org/RPC, "swrk" mode). */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { signalName } from "../../base/signals.ts";
import {
  type CriuReply,
  type CriuRequest,
  decodeReply,
  encodeAnswer,
  encodeRequest,
  type Feature,
  type Notification,
} from "../../plan/criu/criu-message.ts";
import { environment } from "../../sys/call/environment.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { duplicate, type Fd } from "../../sys/call/fd.ts";
import { kernelError } from "../../sys/call/libc.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { whileInMountNamespace } from "../../sys/kernel/mount.ts";
import { findProgram } from "../../sys/process/find-program.ts";
import { type KeyringOwner, whileInNewSession } from "../../sys/process/keyring.ts";
import { endOf, spawn, waitChild } from "../../sys/process/process.ts";
import { receiveWith, socketPair, trySend } from "../../sys/process/socket.ts";
import { Cgroup2Options } from "./cgroup2-options.ts";

/** The oldest that lamina speaks to: earlier ones do not know this kernel's way to make mounts. */
const OLDEST = [4, 1] as const;

/** Throws code "unsupported" if there is none, or only one that is too old. */
export function requireCriu(): HostPath {
  const file = findProgram("criu");
  if (file === undefined) {
    throw new RuntimeError("unsupported", "cannot find criu, which writes down processes and makes them anew", {
      hint: `install the package criu, version ${OLDEST.join(".")} or newer; it is looked for in PATH`,
    });
  }
  const { version = [0, 0] } = ask(file, { verb: "version" });
  const [major = 0, minor = 0] = version;
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return file;
  throw new RuntimeError("unsupported", `cannot use ${file}: it is CRIU ${major}.${minor}, and lamina takes ${OLDEST.join(".")} or newer`, {
    hint: "install a newer package criu",
  });
}

/** Throws code "unsupported" unless CRIU finds the feature in this kernel. */
export function requireFeature(file: HostPath, feature: Feature, what: string): void {
  if (ask(file, { verb: "features", feature }).features.has(feature)) return;
  throw new RuntimeError("unsupported", `cannot ${what}: CRIU misses something of this kernel`, { hint: `criu check --all tells what` });
}

/** What `criu check` has to say against this kernel; undefined if it is content. */
export function failedCheck(file: HostPath): string | undefined {
  const { isGood, error } = ask(file, { verb: "check" });
  return isGood ? undefined : (error?.trim() ?? "see: criu check");
}

function ask(file: HostPath, request: CriuRequest): CriuReply {
  using criu = new Criu(file);
  return criu.ask(request, { notify: () => {} });
}

/** Told of the stages of CRIU's work, which waits meanwhile. What it throws makes CRIU give up, and is thrown in its place. */
export interface CriuListener {
  /** `descriptor` may come along: the master of a terminal. */
  readonly notify: (notification: Notification, descriptor: Fd | undefined) => void;
}

export interface CriuSurroundings {
  /** Of ours, to be CRIU's standard streams; else it has none. */
  readonly streams?: readonly number[];
  /** To be its descriptors from FIRST_INHERITED on. */
  readonly inherited?: readonly Fd[];
  /** A mount namespace to work in; absent = ours. */
  readonly mounts?: Fd;
  /** Who owns a new session keyring for it and what it makes; absent = ours. */
  readonly keyring?: KeyringOwner | undefined;
}

const SOCKET = 3;
/** The number that the first of the inherited descriptors has in CRIU. */
export const FIRST_INHERITED = 4;
const LARGEST_MESSAGE = 65536;

/** A criu that runs. */
export class Criu implements Disposable {
  readonly #file: HostPath;
  readonly #socket: Fd;
  readonly pid: number;
  readonly #cgroup2 = new Cgroup2Options();
  #isReaped = false;

  constructor(file: HostPath, { streams, inherited = [], mounts, keyring }: CriuSurroundings = {}) {
    this.#file = file;
    using stack = new DisposableStack();
    const [ours, theirs] = socketPair();
    this.#socket = stack.use(ours);
    using closing = new DisposableStack();
    const none = closing.use(openFile("/dev/null", OPEN.readWrite));
    const free = FIRST_INHERITED + inherited.length;
    const high = (fd: Fd): number => closing.use(duplicate(fd, free)).number;
    const descriptors: [number, number][] = [0, 1, 2].map((to) => [streams === undefined ? high(none) : (streams[to] ?? to), to]);
    descriptors.push([high(closing.use(theirs)), SOCKET], ...inherited.map((fd, i): [number, number] => [high(fd), FIRST_INHERITED + i]));
    const start = (): number => spawn({ file, args: ["criu", "swrk", String(SOCKET)], env: environment(), descriptors });
    const startThere = (): number => (mounts === undefined ? start() : whileInMountNamespace(mounts, start));
    this.pid = keyring === undefined ? startThere() : whileInNewSession(keyring, startThere);
    stack.move();
  }

  /** One request; CRIU ends with it. Throws code "kernel" if it does not reply, and what the listener throws. */
  ask(request: CriuRequest, { notify }: CriuListener): CriuReply {
    let failure: { readonly error: unknown } | undefined;
    this.#send(encodeRequest(request));
    for (;;) {
      const { reply, descriptor } = this.#receive();
      using _descriptor = descriptor;
      if (reply.notification === undefined) {
        this.#reap();
        if (failure !== undefined) throw failure.error;
        return reply;
      }
      try {
        notify(reply.notification, descriptor);
      } catch (error) {
        failure = { error };
      }
      this.#send(encodeAnswer(failure === undefined));
    }
  }

  /** What has ended says so when it is to reply. */
  #send(message: Uint8Array): void {
    const result = trySend(this.#socket, message);
    if (result < 0 && result !== -ERRNO.EPIPE) throw kernelError(-result, "sendto(2)", `tell ${this.#file} what to do`);
  }

  #receive(): { readonly reply: CriuReply; readonly descriptor: Fd | undefined } {
    const { data, descriptor } = receiveWith(this.#socket, LARGEST_MESSAGE, "hear from criu");
    try {
      if (data.length > 0) return { reply: decodeReply(data), descriptor };
    } catch (error) {
      descriptor?.close();
      if (!(error instanceof RangeError)) throw error;
      throw new RuntimeError("kernel", `cannot understand ${this.#file}: ${error.message}`);
    }
    descriptor?.close();
    throw new RuntimeError("kernel", `${this.#file} ended without a reply: ${this.#reap()}`);
  }

  /** Waits for its end, and says how it ended. */
  #reap(): string {
    if (this.#isReaped) return "long ago";
    this.#isReaped = true;
    const end = endOf(waitChild(this.pid));
    return "killed" in end ? `killed by ${signalName(end.killed)}` : `exit status ${end.exited}`;
  }

  /** One that was not asked ends by itself. */
  [Symbol.dispose](): void {
    using _cgroup2 = this.#cgroup2;
    this.#socket.close();
    this.#reap();
  }
}
