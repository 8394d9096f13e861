/**
 * What a JavaScript engine has to offer so that lamina runs on it. There are two: native/engine/ is what ships (module
 * "lamina:host"), on-bun/ serves unit tests and scripts. package.json picks one of them as "#host", by the condition
 * "lamina"; test/unit/engine/contract/ holds both to what stands here.
 *
 * Every function throws a TypeError on arguments of a wrong number or type, and a RangeError on a value that does not fit,
 * before it does anything.
 */

/** Typed arrays of any kind, of buffers that do not change their size. Memory whose buffer was transferred is a TypeError. */
export type Memory =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/**
 * What fits into a register: a safe integer, a bigint of up to 64 bits, null for 0, the address of memory (0 if it is
 * empty), or of a NUL-terminated copy of text, lent for the call. Text with a NUL in it is a TypeError.
 */
export type Word = number | bigint | string | Memory | null;

export type ScalarType = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64" | "f64";
export type ParameterType = ScalarType | "pointer";
/** "text" is a char *, of which the characters up to the NUL are copied. */
export type ResultType = ParameterType | "text" | "void";

export type Argument<T extends ParameterType> = T extends "pointer" ? Word : T extends "i64" | "u64" ? number | bigint : number;
/** NULL is null. */
export type Result<T extends ResultType> = T extends "void"
  ? undefined
  : T extends "text"
    ? string | null
    : T extends "pointer"
      ? number | null
      : T extends "i64" | "u64"
        ? bigint
        : number;
export type Arguments<P extends readonly ParameterType[]> = { -readonly [I in keyof P]: Argument<P[I]> };

/** A function of a library. It takes exactly the arguments that it was bound with, each within the range of its type. */
export type ForeignFunction<P extends readonly ParameterType[], R extends ResultType> = (...args: Arguments<P>) => Result<R>;

/**
 * Binds a function of a library. Throws an Error with the loader's words if there is none of that name. `fixed` is the
 * number of named parameters of a function that takes any number of further ones, as printf(3).
 */
export type Library = <const P extends readonly ParameterType[], const R extends ResultType>(
  symbol: string,
  result: R,
  parameters: P,
  fixed?: number,
) => ForeignFunction<P, R>;

/** What a callback is called with. */
export type CallbackArguments<P extends readonly ParameterType[]> = { -readonly [I in keyof P]: Result<P[I]> };
/** What it returns. */
export type CallbackResult<R extends ResultType> = R extends "void"
  ? undefined
  : R extends ParameterType
    ? Argument<R> & (number | bigint | null)
    : never;

/** A number is 4 bytes, two's complement below 0; a bigint 8; text its size in 4, its bytes and a NUL; memory, and an array, its size and its content. */
export type Packable = number | bigint | string | Memory | readonly Packable[];

export interface Host {
  /** Name and version. */
  readonly engine: string;
  /** The processor, as uname(2) calls it. */
  readonly machine: string;

  /**
   * The result, or minus errno. A call that a signal interrupted is made again, but for close, connect, nanosleep and
   * clock_nanosleep, which a repetition would not continue. A result that is no safe integer is a RangeError.
   */
  syscall(number: number, ...words: readonly Word[]): number;
  /** The same, but an interrupted call gives -EINTR. */
  syscallOnce(number: number, ...words: readonly Word[]): number;

  /**
   * The text of a regular file, decoded as by `decode`, or minus errno: what open(2), which is given `flags` as they are, fstat(2) or
   * read(2) says; -EISDIR for a directory and -ENXIO for anything else that is no regular file; -EFBIG beyond `limit` bytes.
   */
  readFile(path: string, flags: number, limit: number): string | number;
  /**
   * Reads a regular file of a directory into memory, as far as one of them goes: the number of bytes, or minus errno. `name` is its bytes and a NUL.
   * Anything else, a symbolic link too, is -ENOENT and never opened, whoever exchanges it meanwhile.
   */
  readFileAt(directory: number, name: Memory, memory: Memory): number;
  /** Opens a file as open(2) does and writes text by one write(2): the number of bytes, or minus errno. A NUL in the text is a TypeError. */
  writeFile(path: string, flags: number, text: string): number;

  /**
   * Text as UTF-8, `terminated` by a NUL if asked, and then refused if it has a NUL itself. U+DC80 to U+DCFF, alone, are
   * the bytes 0x80 to 0xFF; other lone surrogates become U+FFFD.
   */
  encode(text: string, terminated?: boolean): Uint8Array<ArrayBuffer>;
  /** The inverse: whatever the bytes, encode(decode(bytes)) has the same. A byte order mark is kept. */
  decode(bytes: Memory, start?: number, end?: number): string;

  /** Text as a byte string: of each UTF-16 unit the low byte, `terminated` by a NUL if asked, whatever NULs it has itself. */
  encodeLatin1(text: string, terminated?: boolean): Uint8Array<ArrayBuffer>;
  /** The same into memory that is there, from byte `at` on. A RangeError, and nothing written, if it does not fit. */
  putLatin1(bytes: Memory, at: number, text: string): undefined;
  /** One character, U+0000 to U+00FF, for each byte. */
  decodeLatin1(bytes: Memory, start?: number, end?: number): string;
  /** Of all bytes, as numbers from 0 to 255. */
  sumBytes(bytes: Memory, start?: number, end?: number): number;
  /**
   * How deep brackets are nested in JSON, and how many values it has at most: one for each bracket that opens and each comma. Those in strings do not
   * count. Of what is no JSON something is said, too.
   */
  measureJson(bytes: Memory): [levels: number, values: number];
  /** How many hex digits, 0 to 9 and a to f, are behind the prefix that `text` has to begin with; -1 if there is anything else. */
  hexAfter(prefix: string, text: string): number;
  /** Whether a path is absolute, and none of its components is empty or begins with a dot. */
  isCleanPath(path: string): boolean;

  /**
   * Fields of fixed length from byte `at` on. `layout` has two bytes for each: its form and its length. Form 0 is skipped; 1 is text up to the first
   * NUL, and 2 all of the bytes, as by `decodeLatin1`; 3 is a number of a tar: octal digits, perhaps with spaces or NULs around them, 0 if there are
   * none, or behind a bit that is set two's complement, the largest byte first; undefined for anything else. A RangeError if they are longer than the memory.
   */
  readFields(bytes: Memory, at: number, layout: Memory): (string | number | undefined)[];
  /**
   * Writes such fields, of up to 1024 bytes together: text (1) as by `encodeLatin1`, filled up with NULs, and numbers (3) as octal digits, as many as
   * there is room for, and a NUL. An item for each field of the layout; a RangeError if one of them does not fit.
   */
  writeFields(bytes: Memory, at: number, layout: Memory, ...items: (string | number)[]): undefined;

  /** The items one after the other, little endian, of up to 2^32 bytes. A NUL in text is a TypeError; arrays in more than 8 others a RangeError. */
  pack(items: readonly Packable[]): Uint8Array<ArrayBuffer>;

  /** Where memory is, 0 if it is empty; until nothing refers to the typed array any more or its buffer is transferred. */
  address(memory: Memory): number;
  /** A copy of memory at an address. A RangeError where there is none. */
  readMemory(address: number, size: number): Uint8Array<ArrayBuffer>;
  /** The text up to the first NUL at an address. */
  readText(address: number): string;
  writeMemory(address: number, bytes: Memory): undefined;

  /** dlopen(3). Throws an Error with the loader's words. A library stays loaded until the process ends. */
  openLibrary(name: string): Library;
  /** errno after the last call of a foreign function; 0 if that has not set it. */
  lastErrno(): number;
  /**
   * The address of a C function that calls `callback`. It works only while a foreign function runs, on this thread; else it
   * returns zero, as it does after the callback has thrown: that comes out of the foreign function. The address is never
   * used again; the callback is let go of by releaseCallback.
   */
  createCallback<const P extends readonly ParameterType[], const R extends Exclude<ResultType, "text">>(
    callback: (...args: CallbackArguments<P>) => CallbackResult<R>,
    result: R,
    parameters: P,
  ): number;
  releaseCallback(address: number): undefined;

  /**
   * The pid of a child that executes `file`, or minus errno if it could not be started, whatever step failed. The child has
   * our limits, no signal ignored or blocked, and every descriptor that is not close-on-exec; `descriptors` are pairs of one
   * of ours and its number in the child, carried out in their order before it enters `directory`. Flag 1: it leads a
   * process group of its own.
   */
  spawn(
    file: string,
    args: readonly string[],
    environment: readonly string[],
    descriptors: Int32Array,
    directory: string | null,
    flags: number,
  ): number;

  /**
   * fork(2): the pid of a child that goes on from here with a copy of everything, 0 in that child, or minus errno: -ENOSYS
   * where the engine has threads of its own, which the child would lack.
   */
  fork(): number;

  /** Zeros. A child made by `fork` has the very same memory and no copy of it. Its buffer keeps its size, also when it is transferred. */
  sharedMemory(size: number): Uint8Array<ArrayBuffer>;

  /** Without the program's name. */
  programArguments(): string[];
  /** As execve(2) passed it on: "NAME=value" mostly; order, duplicates and oddities are kept. */
  environment(): string[];
  /** As getenv(3): of equal names the first one counts; null if there is none, as of no name and of one with "=" in it. */
  environmentVariable(name: string): string | null;
  /** An embedded file, in memory that nobody can write to; null if there is none of that name. */
  embedded(name: string): Uint8Array<ArrayBuffer> | null;
  /** Ends the process. Nothing is flushed, since nothing is buffered. */
  exit(status: number): never;
}
