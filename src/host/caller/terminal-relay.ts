/** Between the caller's terminal and the container's: bytes both ways, window size, raw mode while it lasts. */
import { ERRNO } from "../../sys/call/errno.ts";
import { type Fd, makeNonBlocking, tryRead, tryWrite } from "../../sys/call/fd.ts";
import { poll, type Watched } from "../../sys/process/poll.ts";
import { copyWindowSize, keepNewlines, rawMode, readTerminalMode, tryWriteTerminalMode } from "../../sys/process/terminal.ts";
import { UnblockedOutput } from "../../sys/process/unblocked-output.ts";

const STDIN = 0;
const STDOUT = 1;
const CHUNK = 32768;
const NOTHING: Uint8Array = new Uint8Array();

export class TerminalRelay implements Disposable {
  readonly #master: Fd;
  readonly #output = new UnblockedOutput(STDOUT);
  readonly #before = readTerminalMode(STDIN);
  readonly #buffer = new Uint8Array(CHUNK);
  /** Typed, but not yet taken by the container. */
  #typed: Uint8Array = NOTHING;
  /** Written by the container, but not yet taken by our caller. */
  #shown: Uint8Array = NOTHING;
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

  /** No more is read from either side than the other one takes. */
  watched(): Watched[] {
    const watched: Watched[] = [];
    if (this.#shown.length > 0) watched.push({ fd: this.#output.descriptor, want: "write" });
    else if (this.#masterOpen) watched.push({ fd: this.#master.number, want: "read" });
    if (this.#masterOpen && this.#typed.length > 0) watched.push({ fd: this.#master.number, want: "write" });
    else if (this.#stdinOpen) watched.push({ fd: STDIN, want: "read" });
    return watched;
  }

  serve(ready: readonly number[]): void {
    if (ready.includes(STDIN) && this.#typed.length === 0) this.#readStdin();
    if (ready.includes(this.#output.descriptor)) this.#show();
    if (ready.includes(this.#master.number)) {
      this.#passTyped();
      if (this.#shown.length === 0) this.#readMaster();
    }
  }

  /** For the time after the container's end: what it wrote and our caller has not taken yet; empty if that was all. */
  left(): Watched[] {
    while (this.#shown.length === 0 && this.#masterOpen && poll([{ fd: this.#master.number, want: "read" }], 0).length > 0)
      this.#readMaster();
    return this.#shown.length > 0 ? [{ fd: this.#output.descriptor, want: "write" }] : [];
  }

  #readStdin(): void {
    const got = tryRead(STDIN, this.#buffer);
    if (got > 0) this.#typed = Uint8Array.from(this.#buffer.subarray(0, got));
    else if (got !== -ERRNO.EAGAIN) this.#stdinOpen = false;
    this.#passTyped();
  }

  #passTyped(): void {
    if (this.#typed.length === 0) return;
    const written = tryWrite(this.#master.number, this.#typed);
    if (written > 0) this.#typed = this.#typed.subarray(written);
  }

  /** EIO means that nobody in the container has the terminal open any more. */
  #readMaster(): void {
    const got = tryRead(this.#master.number, this.#buffer);
    if (got > 0) this.#shown = Uint8Array.from(this.#buffer.subarray(0, got));
    else if (got !== -ERRNO.EAGAIN) this.#masterOpen = false;
    if (poll([{ fd: this.#output.descriptor, want: "write" }], 0).length > 0) this.#show();
  }

  /** As much as our caller takes now. Nobody there to read it is a terminal hung up. */
  #show(): void {
    if (this.#shown.length === 0) return;
    const written = this.#output.tryWrite(this.#shown);
    if (written >= 0) this.#shown = this.#shown.subarray(written);
    else if (written !== -ERRNO.EAGAIN) this.#hangUp();
  }

  #hangUp(): void {
    this.#shown = NOTHING;
    this.#masterOpen = false;
    this.#master.close();
  }

  [Symbol.dispose](): void {
    this.#output[Symbol.dispose]();
    if (this.#before !== undefined) tryWriteTerminalMode(STDIN, this.#before);
  }
}
