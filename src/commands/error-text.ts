/** A failure in words: the sentence that engines match on first, then what lamina knows beside it. Pure. */
import { RuntimeError } from "../base/errors.ts";

export interface ErrorText {
  /** What runc would print in its place. */
  readonly message: string;
  /** Place in config.json, kernel call and advice, as far as known; one line each. */
  readonly details: readonly string[];
}

/** Anything but a RuntimeError is a bug of lamina's, and its stack is what its author needs. */
export function describeError(error: unknown): ErrorText {
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
  return { message: error.message, details };
}

/** For a terminal: the details below the message, set off from it. */
export function errorLines({ message, details }: ErrorText): string {
  return [message, ...details.map((detail) => `  ${detail.replaceAll("\n", "\n  ")}`)].join("\n");
}

/** For a log, of which engines show the last error line: everything in one line. */
export function errorLine({ message, details }: ErrorText): string {
  return details.length === 0 ? message : `${message} (${details.join("; ")})`;
}

function stackOf(error: Error): string {
  return (error.stack ?? "").replace(/^.*\n/, "").trim() || "no stack";
}
