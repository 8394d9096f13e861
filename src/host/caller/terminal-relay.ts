/** Between the caller's terminal and the container's: bytes both ways, window size, raw mode while it lasts. */
import { ERRNO } from "../../sys/errno.ts";
import { type Fd, makeNonBlocking, tryRead, tryWrite } from "../../sys/fd.ts";
import { poll, type Watched } from "../../sys/poll.ts";
import { copyWindowSize, keepNewlines, rawMode, readTerminalMode, tryWriteTerminalMode } from "../../sys/terminal.ts";

const STDIN = 0;
const STDOUT = 1;
const CHUNK = 32768;

export class TerminalRelay implements Disposable {
  readonly #master: Fd;
  readonly #before = readTerminalMode(STDIN);
  readonly #buffer = new Uint8Array(CHUNK);
  /** Typed, but not yet taken by the container. */
  #pending: Uint8Array = new Uint8Array();
  #stdinOpen = true;
  #masterOpen = true;

  constructor(master: Fd) {
    this.#master = master;
    makeNonBlocking(master);
    keepNewlines(master.number); // the caller's terminal begins lines by itself, and what is not a terminal wants none begun
    if (this.#before !== undefined) tryWriteTerminalMode(STDIN, rawMode(this.#before));
  }

  resize(): void {
    copyWindowSize(STDIN, this.#master.number);
  }

  /** No more is read from the caller than the container takes. */
  watched(): Watched[] {
    const watched: Watched[] = [];
    if (this.#masterOpen) watched.push({ fd: this.#master.number, want: "read" });
    if (this.#masterOpen && this.#pending.length > 0) watched.push({ fd: this.#master.number, want: "write" });
    else if (this.#stdinOpen) watched.push({ fd: STDIN, want: "read" });
    return watched;
  }

  serve(ready: readonly number[]): void {
    if (ready.includes(STDIN) && this.#pending.length === 0) this.#readStdin();
    if (ready.includes(this.#master.number)) {
      this.#writePending();
      this.#readMaster();
    }
  }

  /** What the container wrote before it ended. */
  drain(): void {
    while (this.#masterOpen && poll([{ fd: this.#master.number, want: "read" }], 0).length > 0) {
      if (!this.#readMaster()) return;
    }
  }

  #readStdin(): void {
    const got = tryRead(STDIN, this.#buffer);
    if (got > 0) this.#pending = Uint8Array.from(this.#buffer.subarray(0, got));
    else if (got !== -ERRNO.EAGAIN) this.#stdinOpen = false;
    this.#writePending();
  }

  #writePending(): void {
    if (this.#pending.length === 0) return;
    const written = tryWrite(this.#master.number, this.#pending);
    if (written > 0) this.#pending = this.#pending.subarray(written);
  }

  /** EIO means that nobody in the container has the terminal open any more. */
  #readMaster(): boolean {
    const got = tryRead(this.#master.number, this.#buffer);
    if (got > 0) this.#show(this.#buffer.subarray(0, got));
    else if (got !== -ERRNO.EAGAIN) this.#masterOpen = false;
    return got > 0;
  }

  /** Waits where stdout is a full pipe that somebody made non-blocking. Nobody there to read it is a terminal hung up. */
  #show(data: Uint8Array): void {
    for (let at = 0; this.#masterOpen && at < data.length; ) {
      const written = tryWrite(STDOUT, data.subarray(at));
      if (written === -ERRNO.EAGAIN) poll([{ fd: STDOUT, want: "write" }], -1);
      else if (written < 0) this.#hangUp();
      else at += written;
    }
  }

  #hangUp(): void {
    this.#masterOpen = false;
    this.#master.close();
  }

  [Symbol.dispose](): void {
    if (this.#before !== undefined) tryWriteTerminalMode(STDIN, this.#before);
  }
}
