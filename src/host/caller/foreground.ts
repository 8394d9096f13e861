/** The wait for a container's end: signals are passed on to it, its orphans are reaped, its terminal is served. */
import { parseSignal, SIGNALS } from "../../base/signals.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { poll } from "../../sys/process/poll.ts";
import { type End, endOf, openPid, reapChild, trySignal } from "../../sys/process/process.ts";
import { HeldSignals } from "../../sys/process/signals.ts";
import type { NotifySocket } from "./notify-socket.ts";
import type { TerminalRelay } from "./terminal-relay.ts";

/** All but those that cannot be caught, and those that report a fault of the process itself. */
const PASSED_ON = (
  "SIGHUP SIGINT SIGQUIT SIGUSR1 SIGUSR2 SIGPIPE SIGALRM SIGTERM SIGCONT SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU " +
  "SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGCHLD"
).split(" ");

const ENDING: ReadonlySet<number> = new Set(["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"].map(parseSignal));

export class Foreground implements Disposable {
  /** From here on signals wait to be passed on. */
  readonly #signals = new HeldSignals(PASSED_ON.map(parseSignal));
  #hasEnded = false;

  /** Ends with process `pid`, a child of ours; gives how it ended. */
  wait(pid: number, relay: TerminalRelay | undefined, notify: NotifySocket | undefined): End {
    using container = openPid(pid);
    const always = [this.#signals.descriptor, ...(container === undefined ? [] : [container.number])].map(
      (fd) => ({ fd, want: "read" }) as const,
    );
    for (;;) {
      const ended = reap(pid);
      if (ended !== undefined) {
        notify?.serve(); // what it said before counts too
        this.#showRest(relay);
        this.#hasEnded = true;
        return ended;
      }
      const ready = poll([...always, ...(relay?.watched() ?? []), ...(notify?.watched() ?? [])], notify?.timeLeft() ?? -1);
      relay?.serve(ready);
      notify?.serve();
      for (const signal of this.#signals.take()) passOn(signal, container, relay);
    }
  }

  /** A signal that would end us ends the wait for somebody who does not read what the container wrote. */
  #showRest(relay: TerminalRelay | undefined): void {
    for (let left = relay?.left() ?? []; left.length > 0; left = relay?.left() ?? []) {
      relay?.serve(poll([{ fd: this.#signals.descriptor, want: "read" }, ...left], -1));
      if (this.#signals.take().some((signal) => ENDING.has(signal))) return;
    }
  }

  /** Signals are meant for the container. If it has ended, our status is to be its own, whatever arrives before we have left. */
  [Symbol.dispose](): void {
    if (this.#hasEnded) return;
    this.#signals.take();
    this.#signals[Symbol.dispose]();
  }
}

function passOn(signal: number, container: Fd | undefined, relay: TerminalRelay | undefined): void {
  if (signal === SIGNALS.SIGCHLD) return; // ours: somebody is to be reaped
  if (signal === SIGNALS.SIGWINCH && relay !== undefined) relay.resize();
  else if (container !== undefined) trySignal(container, signal);
}

function reap(pid: number): End | undefined {
  for (let child = reapChild(); child !== undefined; child = reapChild()) {
    if (child.pid === pid) return endOf(child.status);
  }
  return undefined;
}
