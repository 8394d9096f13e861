/** The terminal of a process in the foreground, with nobody between it and the caller's but this process. */
import type { Process } from "../../spec/types.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { receiveDescriptor, socketPair } from "../../sys/process/socket.ts";
import { readWindowSize } from "../../sys/process/terminal.ts";
import { TerminalRelay } from "./terminal-relay.ts";

const STDIN = 0;

/** Its terminal is as large as the caller's from its start, unless it asks for another size. */
export function sizedProcess(process: Process): Process {
  const consoleSize = process.consoleSize ?? readWindowSize(STDIN);
  return consoleSize === undefined ? process : { ...process, consoleSize };
}

export class OwnTerminal implements Disposable {
  readonly #ours: Fd;
  /** Where init sends the master end. */
  readonly theirs: Fd;
  #master: Fd | undefined;
  #relay: TerminalRelay | undefined;

  constructor() {
    [this.#ours, this.theirs] = socketPair("stream");
  }

  /** For the time between the terminal's opening and the program's first word: it is to come out as the program writes it. */
  take(): void {
    this.theirs.close();
    this.#master = receiveDescriptor(this.#ours);
    this.#relay = this.#master && new TerminalRelay(this.#master);
  }

  get relay(): TerminalRelay | undefined {
    return this.#relay;
  }

  [Symbol.dispose](): void {
    this.#relay?.[Symbol.dispose]();
    for (const fd of [this.#master, this.#ours, this.theirs]) fd?.close();
  }
}
