/** Programs on a terminal, and what a person sees there. */

export interface AtTerminal {
  /** Everything written so far, including control characters. */
  written(): string;
  /** As if these keys were pressed. */
  type(keys: string): void;
  /** As if the window were given this size. */
  resize(columns: number, rows: number): void;
  /** The exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly columns?: number;
}

/** Starts a program as the leader of a session on its own terminal. */
export function atTerminal(argv: readonly string[], { cwd, columns = 100 }: TerminalOptions): AtTerminal {
  const pieces: Buffer[] = [];
  const child = Bun.spawn([...argv], {
    cwd,
    env: { PATH: process.env.PATH ?? "", HOME: cwd, TERM: "xterm" },
    terminal: { cols: columns, rows: 24, data: (_, bytes) => void pieces.push(Buffer.from(bytes)) },
  });
  return {
    written: () => Buffer.concat(pieces).toString(),
    type: (keys) => void child.terminal?.write(keys),
    resize: (wide, rows) => void child.terminal?.resize(wide, rows),
    ended: child.exited.then(() => {
      child.terminal?.close();
      return child.signalCode ?? child.exitCode ?? -1;
    }),
  };
}

const ESCAPE = String.fromCharCode(27);
const CLEAR = `\r${ESCAPE}[K`;

/** The lines on the screen in the end, after all overwriting. Without colours. */
export function screenOf(written: string): string[] {
  const plain = written.replaceAll(new RegExp(`${ESCAPE}\\[[0-9;]*m`, "g"), "");
  return plain.split("\n").map((line) => line.replace(/\r+$/, "").split(CLEAR).at(-1) ?? "");
}

/** Everything that was in a line at some moment. */
export function framesOf(written: string): string[] {
  return written.split(CLEAR).filter((frame) => frame !== "");
}
