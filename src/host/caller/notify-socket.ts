/**
 * NOTIFY_SOCKET (sd_notify(3)): a service of systemd that is a container says itself when it is ready. It gets a socket of its own, as
 * with runc: whoever starts it listens there, and passes on that it is ready, and which process is its main one.
 *
 *   container ── READY=1 ──▶ STATE/ID/notify/notify.sock = /run/notify/notify.sock ── lamina ── READY=1, MAINPID, BARRIER ──▶ NOTIFY_SOCKET
 */
import type { HostPath } from "../../base/paths.ts";
import { decodeText } from "../../base/text.ts";
import type { Spec } from "../../spec/types.ts";
import { NOTIFY_DIRECTORY, type StateDirectory } from "../../state/directory.ts";
import { environmentVariable } from "../../sys/call/environment.ts";
import { strerror } from "../../sys/call/errno-words.ts";
import { type Fd, tryRead } from "../../sys/call/fd.ts";
import { ownPid } from "../../sys/call/own-ids.ts";
import { makeDirectories, statIfThere, tryUnlink } from "../../sys/file/file.ts";
import { tryChangeMode } from "../../sys/file/ownership.ts";
import { poll, type Watched } from "../../sys/process/poll.ts";
import { openPid } from "../../sys/process/process.ts";
import { receiveAt } from "../../sys/process/socket.ts";
import { Announcement } from "./announcement.ts";

const NAME = "notify.sock";
const INSIDE = "/run/notify";

function hostAddress(): string {
  return environmentVariable("NOTIFY_SOCKET") ?? "";
}

/** The container sees the socket's directory, since the socket is made when it starts. */
export function withNotifySocket(spec: Spec, root: HostPath, id: string): Spec {
  if (hostAddress() === "" || spec.process === undefined) return spec;
  const source = `${root}/${id}/${NOTIFY_DIRECTORY}`;
  const mount = { destination: INSIDE, type: "bind", source, options: ["bind", "nosuid", "noexec", "nodev", "ro"] };
  const env = [...(spec.process.env ?? []), `NOTIFY_SOCKET=${INSIDE}/${NAME}`];
  return { ...spec, mounts: [...(spec.mounts ?? []), mount], process: { ...spec.process, env } };
}

/** Where `withNotifySocket` says. */
export function makeNotifyDirectory(directory: StateDirectory): void {
  if (hostAddress() === "") return;
  const path = directory.shortPath(NOTIFY_DIRECTORY);
  makeDirectories(path, OPEN_TO_ALL);
  tryChangeMode(path, OPEN_TO_ALL); // whatever our umask is
}

const OPEN_TO_ALL = 0o755;

const LONGEST_MESSAGE = 4096;
/** More than the kernel keeps for a socket unless told to (unix(7), max_dgram_qlen), so a container cannot keep us reading. */
const MOST_AT_ONCE = 1024;
/** Milliseconds for a manager that does not read, or knows no barriers. */
const PATIENCE = 30_000;

export class NotifySocket implements Disposable {
  readonly #socket: Fd;
  readonly #warn: (message: string) => void;
  #isReady = false;
  #announcement: Announcement | undefined;

  private constructor(socket: Fd, warn: (message: string) => void) {
    this.#socket = socket;
    this.#warn = warn;
  }

  /** Undefined if there is nobody to tell, or the container was made when there was not. */
  static open(directory: StateDirectory, warn: (message: string) => void): NotifySocket | undefined {
    if (hostAddress() === "" || statIfThere(directory.shortPath(NOTIFY_DIRECTORY)) === undefined) return undefined;
    const path = directory.shortPath(`${NOTIFY_DIRECTORY}/${NAME}`);
    tryUnlink(path); // left by one that was killed
    const socket = receiveAt(path);
    tryChangeMode(path, 0o777); // the container's user is none that we know
    return new NotifySocket(socket, warn);
  }

  /** Also when it is ready: a service that says more, and is read no more, would wait for ever once its messages are too many. */
  watched(): Watched[] {
    return [{ fd: this.#socket.number, want: "read" }, ...(this.#announcement?.watched() ?? [])];
  }

  /** For poll: in milliseconds, -1 = for ever. */
  timeLeft(): number {
    return this.#announcement?.timeLeft() ?? -1;
  }

  /** For `run`, which is the service's main process itself, and serves the container meanwhile. After its end nobody waits for the manager. */
  serve(): void {
    this.#proceed(ownPid());
  }

  /** Returns when the container has said that it is ready, or has ended, and the manager has heard of it. */
  awaitReady(pid: number): void {
    using process = openPid(pid);
    let hasEnded = process === undefined;
    for (;;) {
      this.#proceed(pid); // what it said before it ended counts too
      if (this.#announcement === undefined && (this.#isReady || hasEnded)) return;
      const end: Watched[] = process === undefined || hasEnded ? [] : [{ fd: process.number, want: "read" }];
      const ready = poll([...this.watched(), ...end], this.timeLeft());
      if (end.some(({ fd }) => ready.includes(fd))) hasEnded = true;
    }
  }

  #proceed(mainPid: number): void {
    this.#take(mainPid);
    const outcome = this.#announcement?.proceed();
    if (outcome === undefined) return;
    this.#announcement?.[Symbol.dispose]();
    this.#announcement = undefined;
    if (outcome < 0) this.#warn(`NOTIFY_SOCKET=${hostAddress()} may not have heard that the container is ready: ${strerror(-outcome)}`);
  }

  #take(mainPid: number): void {
    const buffer = new Uint8Array(LONGEST_MESSAGE);
    for (let taken = 0; taken < MOST_AT_ONCE; taken++) {
      const got = tryRead(this.#socket.number, buffer);
      if (got < 0) return;
      const line = decodeText(buffer, 0, got)
        .split("\n")
        .find((one) => one.startsWith("READY="));
      if (line !== undefined && !this.#isReady) this.#announce(line, mainPid);
    }
  }

  #announce(line: string, mainPid: number): void {
    this.#isReady = true;
    const begun = begin([line, `MAINPID=${mainPid}`]);
    if (typeof begun === "string") this.#warn(`cannot pass ${line} on to NOTIFY_SOCKET=${hostAddress()}: ${begun}`);
    else this.#announcement = begun;
  }

  [Symbol.dispose](): void {
    this.#announcement?.[Symbol.dispose]();
    this.#socket.close();
  }
}

function begin(lines: readonly string[]): Announcement | string {
  const address = hostAddress();
  if (!address.startsWith("/") && !address.startsWith("@")) return "it is neither a path nor an abstract name";
  const begun = Announcement.begin(address, lines, PATIENCE);
  return typeof begun === "number" ? strerror(-begun) : begun;
}
