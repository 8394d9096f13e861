/**
 * Runs inside the host: calls of its module with arguments that fit and that do not, at random but the same for each seed.
 * Nothing may come of it but results and errors. Arguments: seed, number of calls, path of the odd library.
 *
 * What is well-formed and yet destroys the process is left out: an address that memory happens to have, to write to; the
 * number of a system call that does as it is told.
 */
import {
  address,
  createCallback,
  embedded,
  encode,
  environment,
  environmentVariable,
  exit,
  lastErrno,
  openLibrary,
  programArguments,
  readFile,
  readFileAt,
  readMemory,
  readText,
  releaseCallback,
  sharedMemory,
  spawn,
  syscall,
  syscallOnce,
  writeFile,
  writeMemory,
} from "#host";
import { SYS } from "../unit/engine/contract/numbers.ts";
import { type Any, bytesActions } from "./fuzz-bytes.ts";
import { BIGINTS, NUMBERS, ODD_NUMBERS, TEXTS, TYPES } from "./fuzz-values.ts";

const [seed = "1", calls = "10000", path = ""] = programArguments();
const library = openLibrary(path);
let state = Number(seed) * 2654435761 + 1;

/** Below `limit`. xorshift32. */
function random(limit: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
}

function pick<T>(choices: readonly T[]): T {
  return choices[random(choices.length)] as T;
}

const O_NONBLOCK = 0o4000;
/** None of which makes a file. */
const FLAGS = [0, 2, -1, 0.5, 2 ** 31, "1", {}, null];
/** Refused before they reach the kernel, or harmless in it. */
const CALLS = [SYS.getpid, 9999, 2 ** 31, -1];

/** Functions that take any arguments of their types. */
const functions: Any[] = [];
const callbacks: number[] = [];
const memories: unknown[] = [];
let depth = 0;
let refused = 0;

function anyMemory(): unknown {
  const make = pick([
    () => new Uint8Array(random(300)),
    () => new Uint8Array(new ArrayBuffer(64), random(32), random(32)),
    () => new Int32Array(random(20)),
    () => new BigUint64Array(random(9)),
    () => new Float64Array(random(9)),
    () => new Uint8ClampedArray(random(9)),
    () => new Uint8Array(new ArrayBuffer(random(64), { maxByteLength: 128 })),
    () => new Uint8Array(new ArrayBuffer(32, { maxByteLength: 64 }), 16),
    () => new DataView(new ArrayBuffer(8)),
    () => new ArrayBuffer(8),
    () => embedded("file"),
    () => new Uint8Array(fixed(random(99))),
    () => sharedMemory(1 + random(9000)).subarray(random(99)),
    () => encode(pick(["text", "\udcff"]), true),
  ]);
  return make();
}

/** A buffer that nothing can be written to. */
function fixed(size: number): ArrayBuffer {
  const buffer = new ArrayBuffer(size) as ArrayBuffer & { transferToImmutable(): ArrayBuffer };
  return buffer.transferToImmutable();
}

function keptMemory(): unknown {
  if (memories.length > 40) memories.splice(random(40), 1);
  if (memories.length < 5 || random(4) === 0) memories.push(anyMemory());
  const memory = pick(memories);
  if (random(6) === 0 && ArrayBuffer.isView(memory) && memory.buffer instanceof ArrayBuffer) disturb(memory.buffer);
  return memory;
}

/** Takes a buffer away. */
function disturb(buffer: ArrayBuffer): void {
  try {
    buffer.transfer(pick([0, random(100), buffer.byteLength]));
  } catch (error) {
    if (!(error instanceof Error && ["TypeError", "RangeError", "InternalError"].includes(error.name))) throw error;
  }
}

const OBJECTS: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => ({}),
  () => ({ length: 3, 0: "a" }),
  () => Symbol("a"),
  () => () => 0,
  () => ({ valueOf: () => 1, toString: () => "a" }),
  () => new Proxy([], { get: () => pick(TEXTS) }),
  () => ({
    get length(): number {
      throw new RangeError("length");
    },
  }),
  () => new Array(2 ** 31),
  () => [pick(TEXTS), pick(NUMBERS)],
  () => pick(TEXTS).repeat(2) + pick(TEXTS),
];

function anything(): unknown {
  switch (random(8)) {
    case 0:
      return pick(BIGINTS);
    case 1:
      return pick(TEXTS);
    case 2:
    case 3:
      return keptMemory();
    case 4:
      return pick(OBJECTS)();
    case 5:
      return pick(ODD_NUMBERS);
    default:
      return pick(NUMBERS);
  }
}

/** Mostly what `fits`, so that the other arguments matter too. */
function mostly(fits: () => unknown): unknown {
  return random(12) === 0 ? anything() : fits();
}

function many(make: () => unknown, limit: number): unknown[] {
  return Array.from({ length: random(limit) }, make);
}

function callback(): unknown {
  return callbacks.length === 0 ? 0 : pick(callbacks);
}

function makeCallback(): void {
  const result = mostly(() => pick(TYPES));
  const parameters = mostly(() => many(() => mostly(() => pick(TYPES)), 5));
  const own: number = (createCallback as Any)(
    () => {
      if (random(5) === 0) throw new TypeError("from a callback");
      if (random(9) === 0) (releaseCallback as Any)(own);
      if (depth < 3) for (let i = random(4); i > 0; i--) attempt();
      return mostly(() => pick(NUMBERS));
    },
    result,
    parameters,
  ) as number;
  // only one that has the type of a function in the odd library may be called by it
  if (result === "i32" && Array.isArray(parameters) && parameters.length === 0) callbacks.push(own);
}

const SYMBOLS = ["echo_i8", "echo_u16", "echo_i32", "echo_i64", "echo_u64", "echo_f64", "echo_pointer", "nothing", ""];

function bindFunction(): void {
  const type = pick(TYPES);
  const symbol = mostly(() => (random(2) === 0 ? `echo_${type}` : pick(SYMBOLS)));
  // as a number it may be read as the address of text, so "text" is no result here
  const result = mostly(() => (type === "text" ? "void" : type));
  const bound = (library as unknown as Any)(
    symbol,
    result === "text" ? "i32" : result,
    mostly(() => [type]),
    ...many(() => pick(NUMBERS), 2),
  );
  if (functions.length < 50) functions.push(bound as Any);
  else functions[random(50)] = bound as Any;
}

const keepCallback = library("keep", "void", ["pointer"]) as Any;
const callKept = library("call_kept", "i32", []) as Any;
const callKeptInThread = library("call_kept_in_thread", "i32", []) as Any;
const describe = library("describe", "text", ["u8", "i64", "u16", "pointer", "i32", "u64", "f64", "i8", "u32", "i16"]) as Any;
const scratch = syscall(SYS.mmap, 0, 65536, 3, 0x22, -1, 0);
/** Nothing is there, but in the middle of it. */
const ADDRESSES = [0, 8, 4095, 2 ** 52, -1, scratch, scratch + 100, scratch + 60000];

const ACTIONS: readonly (() => unknown)[] = [
  ...bytesActions({ random, pick, mostly, many, keptMemory, anything }),
  () =>
    (readFileAt as Any)(
      mostly(() => -100),
      mostly(() => encode(pick(["/proc/self/status", "/dev/zero", "/nonexistent", "a\0"]), random(9) > 0)),
      mostly(keptMemory),
    ),
  () => (sharedMemory as Any)(pick([1, 5000, 0, -1, 0.5, 2 ** 31, "1", null, {}])),
  () =>
    (syscall as Any)(
      mostly(() => pick(CALLS)),
      ...many(anything, 9),
    ),
  () =>
    (syscallOnce as Any)(
      mostly(() => pick(CALLS)),
      ...many(anything, 9),
    ),
  () => (address as Any)(...many(() => mostly(keptMemory), 3)),
  () =>
    (readMemory as Any)(
      mostly(() => pick(ADDRESSES)),
      mostly(() => random(5000)),
    ),
  () => (readText as Any)(mostly(() => pick(ADDRESSES))),
  () => (writeMemory as Any)(pick(ADDRESSES), mostly(keptMemory)),
  () =>
    (readFile as Any)(
      mostly(() => pick(["/proc/self/status", "/dev/zero", "/nonexistent", "/"])),
      pick([O_NONBLOCK, ...FLAGS]),
      ...many(() => pick(NUMBERS), 3),
    ),
  () =>
    (writeFile as Any)(
      mostly(() => pick(["/dev/null", "/nonexistent"])),
      pick([1, ...FLAGS]),
      mostly(() => pick(TEXTS)),
    ),
  () => (openLibrary as Any)(mostly(() => pick(["libof-nothing.so", path, "", "/", "a\0"]))),
  () => (embedded as Any)(mostly(() => pick(["file", "nothing", ""]))),
  () => (lastErrno as Any)(...many(anything, 2)),
  () => (environment as Any)(...many(anything, 2)),
  () =>
    (environmentVariable as Any)(
      mostly(() => pick(TEXTS)),
      ...many(anything, 2),
    ),
  () => (exit as Any)(pick(["0", -1, 256, 0.5, null, {}])),
  makeCallback,
  () => (releaseCallback as Any)(mostly(callback)),
  bindFunction,
  () => functions.length > 0 && pick(functions)(...many(anything, 3)),
  () => functions.length > 0 && pick(functions)(pick(NUMBERS)),
  () => describe(...Array.from({ length: 9 + random(3) }, () => mostly(() => pick([0, 1, 2])))),
  () => keepCallback(callback()),
  () => callKept(...many(anything, 2)),
  () => random(20) === 0 && callKeptInThread(),
  () => random(10) === 0 && startChild(),
];

function startChild(): void {
  const texts = (): unknown => many(() => mostly(() => pick(TEXTS)), 4);
  const file = mostly(() => pick(["/bin/true", "/nonexistent", "/", ""]));
  const pid = (spawn as Any)(
    file,
    mostly(texts),
    mostly(texts),
    mostly(() => new Int32Array(many(() => 3 + random(200), 4) as number[])),
    pick([null, "/", "/nonexistent"]),
    mostly(() => random(2)),
  );
  if (typeof pid === "number" && pid > 0) syscall(SYS.wait4, pid, null, 0, null);
}

const EXPECTED = ["TypeError", "RangeError", "Error"];

/** One call. What the host refuses is as good as what it does. */
function attempt(): void {
  depth++;
  try {
    pick(ACTIONS)();
  } catch (error) {
    if (!(error instanceof Error) || !EXPECTED.includes(error.name)) throw error;
    refused++;
  } finally {
    depth--;
  }
}

export function main(): void {
  for (let i = 0; i < Number(calls); i++) attempt();
  const line = encode(`${calls} calls, ${refused > 0 ? "some" : "none"} refused\n`);
  syscall(SYS.write, 1, line, line.length);
}
