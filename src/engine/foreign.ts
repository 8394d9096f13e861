/** Functions of libraries. Only what binds a library uses this, and opens it when it is needed. */
import { createCallback, releaseCallback } from "#host";
import type { CallbackArguments, CallbackResult, ParameterType, ResultType } from "./host.ts";

export { lastErrno, openLibrary } from "#host";
export type { ForeignFunction, Library } from "./host.ts";

/** A function of ours that a library may call while one of its functions runs. After disposal it returns zero. */
export class Callback<const P extends readonly ParameterType[], const R extends Exclude<ResultType, "text">> implements Disposable {
  /** Goes where a function expects a pointer. */
  readonly address: number;

  constructor(callback: (...args: CallbackArguments<P>) => CallbackResult<R>, result: R, parameters: P) {
    this.address = createCallback(callback, result, parameters);
  }

  [Symbol.dispose](): void {
    releaseCallback(this.address);
  }
}
