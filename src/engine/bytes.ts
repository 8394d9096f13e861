/** Byte strings, of which each character is one byte, and sums: what would otherwise take a step of the interpreter for every byte. */
export { decodeLatin1, encodeLatin1, sumBytes } from "#host";
