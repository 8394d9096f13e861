/**
 * Errors that people and programs can act on: a stable code, one sentence, and the cause.
 *
 * An error that is not a RuntimeError is a bug in lamina and keeps its stack.
 */

/** Stable across releases: callers may match on it, and main.ts maps it to an exit status. */
export type ErrorCode = "usage" | "no-command" | "config" | "state" | "not-found" | "exists" | "kernel" | "integrity" | "unsupported";

/** What an error knows beside its sentence. */
export interface ErrorDetail {
  /** JSON pointer of the value in config.json that asked for what failed, e.g. `/mounts/3`. */
  readonly pointer?: string;
  /** Where that value stands: file, line and column, e.g. `config.json:12:7`. */
  readonly location?: string;
  /** The kernel call that failed, as a man page name, e.g. `mount(2)`. */
  readonly call?: string;
  /** Symbolic errno of that call, e.g. `ENOENT`. */
  readonly errno?: string;
  /** What the reader can do about it. */
  readonly hint?: string;
  /** Who reads it through a pipe expects its sentence to be all that is said. */
  readonly isOneLine?: true;
  readonly cause?: unknown;
}

export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.detail = detail;
  }
}

/** What failed first, where something that was to be closed or removed on the way out failed as well. */
export function firstFailure(error: unknown): unknown {
  let first = error;
  while (first instanceof SuppressedError) first = first.suppressed;
  return first;
}

/** Runs `action`. If it fails, the error says what we were doing; the original stays as the cause. */
export function during<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (caught) {
    const error = firstFailure(caught);
    if (!(error instanceof RuntimeError)) throw error; // a bug: keep the stack, add no polish
    throw new RuntimeError(error.code, `${what}: ${error.message}`, { ...error.detail, cause: error });
  }
}

/** As `during`, for what takes its time. An error that names `subject` already, in front of its reason, stays as it is. */
export async function duringAll<T>(what: string, subject: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (caught) {
    const error = firstFailure(caught);
    if (!(error instanceof RuntimeError)) throw error;
    const head = error.message.slice(0, Math.max(0, error.message.indexOf(": ")));
    if (head.includes(subject)) throw error;
    throw new RuntimeError(error.code, `${what}: ${error.message}`, { ...error.detail, cause: error });
  }
}
