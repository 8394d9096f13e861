/** Words on the standard streams: the result of a command on stdout, and what a person is told meanwhile on stderr. */
import { encodeText } from "../../base/text.ts";
import { environmentVariable } from "../../sys/call/environment.ts";
import { tryWrite } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { isTerminal, STDERR, STDOUT, tryWriteWhole } from "../../sys/process/stdio.ts";
import { readWindowSize } from "../../sys/process/terminal.ts";

const USUAL_WIDTH = 80;

/** Columns of the terminal that stderr is. undefined if it is none, or one that cannot write over a line. */
export function terminalWidth(): number | undefined {
  if (environmentVariable("TERM") === "dumb") return undefined;
  const size = readWindowSize(STDERR);
  return size && (size.width || USUAL_WIDTH);
}

/** At once. A terminal that is gone is no reason to give up what is shown on it. */
export function writeTerminal(text: string): void {
  tryWrite(STDERR, encodeText(text));
}

/** At once and whole. Nobody is left to be told of an stderr that takes nothing. */
export function writeError(text: string): void {
  tryWriteWhole(STDERR, encodeText(text));
}

export function isStderrTerminal(): boolean {
  return isTerminal(STDERR);
}

/** Columns of the terminal that stdout is; undefined if it is none, or tells nothing. */
export function resultWidth(): number | undefined {
  return readWindowSize(STDOUT)?.width || undefined;
}

export function isStdoutTerminal(): boolean {
  return isTerminal(STDOUT);
}

/** Whole, by a write at the end of what is there already. Throws when stdout does not take it all. */
export function writeResult(text: string): void {
  check(tryWriteWhole(STDOUT, encodeText(text)), "write(2)", "write the result to stdout");
}
