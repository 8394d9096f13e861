/**
 * NOTIFY_SOCKET (sd_notify(3)): a service of systemd that is a container says itself when it is ready. It gets a socket of its own, as
 * with runc: whoever starts it listens there, and passes on that it is ready, and which process is its main one.
 *
 *   container ── READY=1 ──▶ STATE/ID/notify/notify.sock = /run/notify/notify.sock ── lamina ── READY=1, MAINPID, BARRIER ──▶ NOTIFY_SOCKET
 */
import type { HostPath } from "../../base/paths.ts";
import { decodeText, encodeText } from "../../base/text.ts";
import type { Spec } from "../../spec/types.ts";
import { NOTIFY_DIRECTORY, type StateDirectory } from "../../state/directory.ts";
import { environmentVariable } from "../../sys/call/environment.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { type Fd, tryRead } from "../../sys/call/fd.ts";
import { strerror } from "../../sys/call/libc.ts";
import { ownPid } from "../../sys/call/own-ids.ts";
import { makeDirectories, statIfThere, tryUnlink } from "../../sys/file/file.ts";
import { tryChangeMode } from "../../sys/file/ownership.ts";
import { poll, type Watched } from "../../sys/process/poll.ts";
import { openPid } from "../../sys/process/process.ts";
import { receiveAt, socketPair, tryConnect, tryConnectAbstract, trySend, trySendWith } from "../../sys/process/socket.ts";

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
/** Milliseconds for whoever knows no barriers. */
const BARRIER_TIMEOUT = 30_000;

export class NotifySocket implements Disposable {
  readonly #socket: Fd;
  readonly #warn: (message: string) => void;
  #isReady = false;

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

  watched(): Watched[] {
    return this.#isReady ? [] : [{ fd: this.#socket.number, want: "read" }];
  }

  /** For `run`, which is the service's main process itself. */
  serve(ready: readonly number[]): void {
    if (ready.includes(this.#socket.number)) this.#take(ownPid());
  }

  /** Returns when the container has said that it is ready, or has ended. */
  awaitReady(pid: number): void {
    using process = openPid(pid);
    let hasEnded = process === undefined;
    while (!this.#isReady) {
      if (process !== undefined) hasEnded = poll([...this.watched(), { fd: process.number, want: "read" }], -1).includes(process.number);
      this.#take(pid); // what it said before it ended counts too
      if (hasEnded) return;
    }
  }

  #take(mainPid: number): void {
    const buffer = new Uint8Array(LONGEST_MESSAGE);
    for (let got = tryRead(this.#socket.number, buffer); got >= 0; got = tryRead(this.#socket.number, buffer)) {
      const line = decodeText(buffer, 0, got)
        .split("\n")
        .find((one) => one.startsWith("READY="));
      if (line === undefined || this.#isReady) continue;
      this.#isReady = true;
      const reason = tell(line, mainPid);
      if (reason !== undefined) this.#warn(`cannot pass ${line} on to NOTIFY_SOCKET=${hostAddress()}: ${reason}`);
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/** Why it could not be told; undefined if it was. */
function tell(ready: string, mainPid: number): string | undefined {
  const connection = connectToHost(hostAddress());
  if (typeof connection === "string") return connection;
  using host = connection;
  for (const line of [ready, `MAINPID=${mainPid}`]) {
    const sent = trySend(host, encodeText(`${line}\n`));
    if (sent < 0) return strerror(-sent);
  }
  return passBarrier(host);
}

function connectToHost(address: string): Fd | string {
  if (!address.startsWith("/") && !address.startsWith("@")) return "it is neither a path nor an abstract name";
  const connection = address.startsWith("@") ? tryConnectAbstract(address) : tryConnect(address, { kind: "datagrams" });
  return typeof connection === "number" ? strerror(-connection) : connection;
}

/** sd_notify_barrier(3): what was said has been heard when the other end is closed. Else a manager might find the sender gone. */
function passBarrier(host: Fd): string | undefined {
  const [ours, theirs] = socketPair("stream");
  using end = ours;
  const sent = trySendWith(host, encodeText("BARRIER=1"), theirs);
  theirs.close();
  if (sent < 0) return strerror(-sent);
  return poll([{ fd: end.number, want: "read" }], BARRIER_TIMEOUT).length > 0 ? undefined : strerror(ERRNO.ETIMEDOUT);
}
