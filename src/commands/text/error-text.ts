/** A failure in words: the sentence that engines match on first, then what lamina knows beside it. Pure. */
import { firstFailure, RuntimeError } from "../../base/errors.ts";
import { shortenLines, shortenMiddle } from "../../base/shorten.ts";
import { visible } from "./wrap.ts";

export interface ErrorText {
  /** What runc would print in its place. */
  readonly message: string;
  /** Place in config.json, kernel call and advice, as far as known; one line each. */
  readonly details: readonly string[];
  /** A script that reads it is told the sentence only. */
  readonly isOneLine?: true;
}

/** Anything but a RuntimeError is a bug of lamina's, and its stack is what its author needs. */
export function describeError(caught: unknown): ErrorText {
  const error = firstFailure(caught);
  if (isOutOfMemory(error)) return { message: "out of memory", details: [] };
  if (!(error instanceof RuntimeError)) {
    const isError = error instanceof Error;
    const details = ["this is a bug in lamina: please report it with these lines"];
    return {
      message: isError ? `${error.name}: ${error.message}` : String(error),
      details: isError ? [stackOf(error), ...details] : details,
    };
  }
  const { pointer, location = "config.json:", call, errno, hint } = error.detail;
  const details: string[] = [];
  if (pointer !== undefined) details.push(`${location} ${pointer === "" ? "the whole file" : pointer}`);
  if (call !== undefined || errno !== undefined)
    details.push(`kernel: ${[call, errno].filter((word) => word !== undefined).join(" gave ")}`);
  if (hint !== undefined) details.push(`hint: ${hint}`);
  return { message: error.message, details, ...(error.detail.isOneLine ? { isOneLine: true } : {}) };
}

/** What the engine throws when it gets no more, whatever asks for it. */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && error.name === "InternalError" && error.message === "out of memory";
}

/** Characters in a line, and lines: what a file, a hook or a caller can put into a message has no bounds of its own. */
const LONGEST_LINE = 2000;
const MOST_LINES = 100;

/** Short enough for a terminal and a log. Here and nowhere else, so that no error has to see to it by itself. */
function shown(text: string): string {
  const lines = shortenLines(text.split("\n"), MOST_LINES);
  return lines.map((line) => shortenMiddle(line, LONGEST_LINE)).join("\n");
}

/** For a terminal: the details below the message, set off from it. What an image's hook printed does nothing to the terminal. */
export function errorLines({ message, details }: ErrorText): string {
  const text = [shown(message), ...details.map((detail) => `  ${shown(detail).replaceAll("\n", "\n  ")}`)].join("\n");
  return text.split("\n").map(visible).join("\n");
}

/** For a log, of which engines show the last error line: everything in one line. */
export function errorLine({ message, details }: ErrorText): string {
  return details.length === 0 ? shown(message) : `${shown(message)} (${details.map(shown).join("; ")})`;
}

/** Without the error itself, which only some engines put in front. */
function stackOf(error: Error): string {
  const { stack = "" } = error;
  const head = `${error}\n`;
  return (stack.startsWith(head) ? stack.slice(head.length) : stack).trim() || "no stack";
}
