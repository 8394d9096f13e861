/**
 * The wait for a container's end: signals are passed on to it, its orphans are reaped, its terminal is served.
 *
 * Signals come by the engine's own handlers, since whichever of its threads gets one, they write it down and wake its
 * event loop. The wait itself is one ppoll(2) over that loop and everything else, so nothing is looked at in turns.
 */
import { parseSignal } from "../base/signals.ts";
import { loopDescriptors, runLoop } from "../sys/engine-loop.ts";
import type { Fd } from "../sys/fd.ts";
import { poll, type Watched } from "../sys/poll.ts";
import { type End, endOf, openPid, reapChild, trySignal } from "../sys/process.ts";
import type { TerminalRelay } from "./terminal-relay.ts";

/** All but those that cannot be caught, and those that are faults of whoever made them (JavaScriptCore uses SIGPWR itself). */
const PASSED_ON = (
  "SIGHUP SIGINT SIGQUIT SIGUSR1 SIGUSR2 SIGPIPE SIGALRM SIGTERM SIGCONT SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU " +
  "SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGCHLD"
).split(" ") as readonly NodeJS.Signals[];

export class Foreground implements Disposable {
  readonly #arrived: NodeJS.Signals[] = [];
  readonly #note = (signal: NodeJS.Signals): void => void this.#arrived.push(signal);

  /** From here on signals wait to be passed on. */
  constructor() {
    for (const signal of PASSED_ON) process.on(signal, this.#note);
  }

  /** Ends with process `pid`, a child of ours; gives how it ended. */
  async wait(pid: number, relay: TerminalRelay | undefined): Promise<End> {
    using container = openPid(pid);
    const always: Watched[] = [...loopDescriptors(), ...(container === undefined ? [] : [container.number])].map((fd) => ({
      fd,
      want: "read",
    }));
    for (;;) {
      const ended = reap(pid);
      if (ended !== undefined) {
        relay?.drain();
        return ended;
      }
      const ready = poll([...always, ...(relay?.watched() ?? [])], -1);
      relay?.serve(ready);
      await runLoop();
      for (const signal of this.#arrived.splice(0)) passOn(signal, container, relay);
    }
  }

  [Symbol.dispose](): void {
    for (const signal of PASSED_ON) process.off(signal, this.#note);
  }
}

function passOn(signal: NodeJS.Signals, container: Fd | undefined, relay: TerminalRelay | undefined): void {
  if (signal === "SIGCHLD") return; // ours: somebody is to be reaped
  if (signal === "SIGWINCH" && relay !== undefined) relay.resize();
  else if (container !== undefined) trySignal(container, parseSignal(signal));
}

function reap(pid: number): End | undefined {
  for (let child = reapChild(); child !== undefined; child = reapChild()) {
    if (child.pid === pid) return endOf(child.status);
  }
  return undefined;
}
