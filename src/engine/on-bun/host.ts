/** "#host" for unit tests and scripts, which run on Bun: what native/engine/ offers, by bun:ffi. Never in what ships. */
export { decodeLatin1, encodeLatin1, hexAfter, isCleanPath, measureJson, putLatin1, sumBytes } from "./bytes.ts";
export { syscall, syscallOnce } from "./calls.ts";
export { readFields, writeFields } from "./fields.ts";
export { readFile, readFileAt, writeFile } from "./file.ts";
export { createCallback, lastErrno, openLibrary, releaseCallback } from "./foreign.ts";
export { address, readMemory, readText, writeMemory } from "./memory.ts";
export { pack } from "./pack.ts";
export {
  embedded,
  engine,
  environment,
  environmentVariable,
  exit,
  fork,
  machine,
  programArguments,
  sharedMemory,
  spawn,
} from "./process.ts";
export { decode, encode } from "./text.ts";
