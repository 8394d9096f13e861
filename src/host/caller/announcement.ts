/** Telling a manager of services something (sd_notify(3)) without waiting for it: whoever has one polls for it with everything else. */
import { encodeText } from "../../base/text.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { type Fd, makeNonBlocking } from "../../sys/call/fd.ts";
import { poll, type Watched } from "../../sys/process/poll.ts";
import { socketPair, tryConnect, tryConnectAbstract, trySend, trySendWith } from "../../sys/process/socket.ts";

/**
 * Lines, one message each, and at the end sd_notify_barrier(3): what was said has been heard when the other end of that is closed. Else
 * a manager might find the sender gone.
 */
export class Announcement implements Disposable {
  readonly #manager: Fd;
  readonly #left: string[];
  readonly #barrier: Fd;
  readonly #theirs: Fd;
  readonly #until: number;

  private constructor(manager: Fd, lines: readonly string[], milliseconds: number) {
    this.#manager = manager;
    this.#left = [...lines];
    [this.#barrier, this.#theirs] = socketPair("stream");
    this.#until = Date.now() + milliseconds;
  }

  /** Or minus errno. `milliseconds` are for whoever does not read, or knows no barriers. */
  static begin(address: string, lines: readonly string[], milliseconds: number): Announcement | number {
    const manager = address.startsWith("@") ? tryConnectAbstract(address) : tryConnect(address, { kind: "datagrams" });
    if (typeof manager === "number") return manager;
    makeNonBlocking(manager);
    return new Announcement(manager, lines, milliseconds);
  }

  watched(): Watched[] {
    return [this.#theirs.number < 0 ? { fd: this.#barrier.number, want: "read" } : { fd: this.#manager.number, want: "write" }];
  }

  /** Milliseconds. */
  timeLeft(): number {
    return Math.max(this.#until - Date.now(), 0);
  }

  /** Says what is taken now: 0 once all has been heard, undefined if that is to come, or minus errno. */
  proceed(): number | undefined {
    const said = this.#say();
    if (said === 0 && poll([{ fd: this.#barrier.number, want: "read" }], 0).length > 0) return 0;
    if (said !== 0 && said !== -ERRNO.EAGAIN) return said;
    return this.timeLeft() > 0 ? undefined : -ERRNO.ETIMEDOUT;
  }

  #say(): number {
    for (let line = this.#left[0]; line !== undefined; line = this.#left[0]) {
      const sent = trySend(this.#manager, encodeText(`${line}\n`));
      if (sent < 0) return sent;
      this.#left.shift();
    }
    if (this.#theirs.number < 0) return 0;
    const sent = trySendWith(this.#manager, encodeText("BARRIER=1"), this.#theirs);
    if (sent === 0) this.#theirs.close();
    return sent;
  }

  [Symbol.dispose](): void {
    for (const fd of [this.#manager, this.#barrier, this.#theirs]) fd.close();
  }
}
