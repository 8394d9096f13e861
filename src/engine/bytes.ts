/** Byte strings, of which each character is one byte, fields, sums, packing, the extent of JSON, hex digits, clean paths: what would otherwise take a step of the interpreter for every byte. */
export { decodeLatin1, encodeLatin1, hexAfter, isCleanPath, measureJson, pack, putLatin1, readFields, sumBytes, writeFields } from "#host";
export type { Packable } from "./host.ts";
