/**
 * The wait for a container's end: signals are passed on to it, its orphans are reaped, its terminal is served.
 *
 * Signals are blocked and read, which is sound only while no other thread takes them: the executable is built so that
 * its engine makes none (scripts/build.ts), and those that it might make after this inherit the mask.
 */
import { Fd } from "../sys/fd.ts";
import { poll, SignalReader, type Watched } from "../sys/poll.ts";
import { exitStatus, openPid, reapChild, trySignal } from "../sys/process.ts";
import type { TerminalRelay } from "./terminal-relay.ts";

const SIGKILL = 9;
const SIGCHLD = 17;
const SIGSTOP = 19;
const SIGWINCH = 28;
/** Faults belong to the process that made them; JavaScriptCore uses some of them itself. */
const FAULTS = new Set([4, 5, 6, 7, 8, 11, 31]);
const SIGNALS = Array.from({ length: 31 }, (_, i) => i + 1).filter(
  (signal) => signal !== SIGKILL && signal !== SIGSTOP && !FAULTS.has(signal),
);

function watch({ number }: Fd): Watched {
  return { fd: number, want: "read" };
}

export class Foreground implements Disposable {
  readonly #signals = new SignalReader(SIGNALS);

  /** Blocks until process `pid`, a child of ours, has ended; returns its exit status, or 128 + the signal that killed it. */
  wait(pid: number, relay: TerminalRelay | undefined): number {
    using process = openPid(pid) ?? new Fd(-1);
    for (;;) {
      const ended = this.#reap(pid);
      if (ended !== undefined) {
        relay?.drain();
        return ended;
      }
      const ready = poll([watch(this.#signals.fd), watch(process), ...(relay?.watched() ?? [])], -1);
      relay?.serve(ready);
      for (let signal = this.#signals.next(); signal !== undefined; signal = this.#signals.next()) {
        if (signal === SIGCHLD) continue;
        if (signal === SIGWINCH && relay !== undefined) relay.resize();
        else trySignal(process, signal);
      }
    }
  }

  #reap(pid: number): number | undefined {
    for (let child = reapChild(); child !== undefined; child = reapChild()) {
      if (child.pid === pid) return exitStatus(child.status);
    }
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#signals[Symbol.dispose]();
  }
}
