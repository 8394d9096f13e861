/** Functions of libraries by bun:ffi, behind the checks of native/engine/foreign.c and callback.c. */
import { CFunction, dlopen, JSCallback, type Pointer, ptr } from "bun:ffi";
import type { Library, Memory, ParameterType, ResultType, Word } from "../host.ts";
import { clearErrno, readErrno } from "./calls.ts";
import { readText } from "./memory.ts";
import { encode } from "./text.ts";
import { ffiType, isMemory, requireBetween, requireCount, requireScalar, requireSignature, requireText } from "./values.ts";
import { toWord } from "./words.ts";

const RTLD_NOW = 2;
const { symbols: loader } = dlopen("libc.so.6", {
  dlopen: { args: ["ptr", "i32"], returns: "u64" },
  dlsym: { args: ["u64", "ptr"], returns: "u64" },
  dlerror: { args: [], returns: "u64" },
});

const state = { errno: 0, depth: 0, thrown: undefined as { error: unknown } | undefined };

export function lastErrno(...args: []): number {
  requireCount(args.length, 0);
  return state.errno;
}

export function openLibrary(...args: [name: string]): Library {
  requireCount(args.length, 1);
  const name = encode(requireText(args[0], "a library"), true);
  const library = loader.dlopen(ptr(name), RTLD_NOW);
  if (library === 0n) throw new Error(loaderWords());
  return ((...binding: [string, ResultType, readonly ParameterType[], number?]) => bind(library, binding)) as Library;
}

function bind(library: bigint, binding: [string, ResultType, readonly ParameterType[], number?]): unknown {
  requireCount(binding.length, 3, 4);
  const [symbol, result, parameters, fixed] = binding;
  requireText(symbol, "a symbol");
  if (binding.length > 3) requireBetween(fixed, 1, 16);
  requireSignature(result, parameters);
  for (const type of parameters as readonly string[])
    if (type === "text") throw new TypeError("a parameter of a type that only results have");
  if (fixed !== undefined && fixed > parameters.length) throw new RangeError("more fixed parameters than parameters");
  const name = encode(symbol, true);
  const address = loader.dlsym(library, ptr(name));
  if (address === 0n) throw new Error(loaderWords());
  const call = CFunction({ ptr: Number(address) as Pointer, args: parameters.map(ffiType) as never[], returns: ffiType(result) as never });
  return (...args: unknown[]) => callForeign(call as unknown as (...args: unknown[]) => unknown, { args, parameters, result });
}

interface ForeignCall {
  readonly args: readonly unknown[];
  readonly parameters: readonly ParameterType[];
  readonly result: ResultType;
}

function callForeign(call: (...args: unknown[]) => unknown, { args, parameters, result }: ForeignCall): unknown {
  requireCount(args.length, parameters.length);
  const keep: Memory[] = [];
  const values = args.map((arg, i) => {
    const type = parameters[i] ?? "pointer";
    return type === "pointer" ? BigInt.asUintN(64, toWord(arg as Word, keep)) : requireScalar(arg, type);
  });
  state.depth++;
  clearErrno();
  const value = call(...values);
  state.errno = readErrno();
  state.depth--;
  keep.length = 0;
  const { thrown } = state;
  state.thrown = undefined;
  if (thrown !== undefined) throw thrown.error;
  return fromForeign(value, result);
}

function fromForeign(value: unknown, type: ResultType): unknown {
  if (type === "void") return undefined;
  if (type === "text") return BigInt(value as bigint) === 0n ? null : readText(Number(value));
  if (type === "pointer") return BigInt(value as bigint) === 0n ? null : Number(value);
  return type === "i64" || type === "u64" ? BigInt(value as bigint) : value;
}

const callbacks = new Map<number, { released: boolean }>();

export function createCallback(
  ...args: [callback: (...args: never[]) => unknown, result: Exclude<ResultType, "text">, parameters: readonly ParameterType[]]
): number {
  requireCount(args.length, 3);
  const [callback, result, parameters] = args;
  if (typeof callback !== "function") throw new TypeError("a callback that is no function");
  requireSignature(result, parameters);
  if ((result as string) === "text") throw new TypeError("a callback that cannot be made");
  const entry = { released: false };
  const enter = (...values: unknown[]): unknown => {
    if (state.depth === 0 || state.thrown !== undefined || entry.released) return 0;
    try {
      const returned = callback(...(values.map((value, i) => fromForeign(value, parameters[i] ?? "void")) as never[]));
      return result === "void" || isMemory(returned) ? undefined : requireScalar(returned, result);
    } catch (error) {
      state.thrown = { error };
      return 0;
    }
  };
  const { ptr: code } = new JSCallback(enter, { args: parameters.map(ffiType) as never[], returns: ffiType(result) as never });
  callbacks.set(Number(code), entry);
  return Number(code);
}

export function releaseCallback(...args: [address: number]): undefined {
  requireCount(args.length, 1);
  const at = requireBetween(args[0], 0, Number.MAX_SAFE_INTEGER);
  const entry = callbacks.get(at);
  if (entry === undefined || entry.released) throw new RangeError(`no callback at address 0x${at.toString(16)}`);
  entry.released = true;
}

function loaderWords(): string {
  const words = loader.dlerror();
  return words === 0n ? "unknown error of the dynamic loader" : readText(Number(words));
}
