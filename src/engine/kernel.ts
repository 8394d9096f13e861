/** System calls, and small files as a whole. Only src/sys may make them; numbers and words go in, numbers or minus errno come out. */
export { machine, readFile, readFileAt, syscall, syscallOnce, writeFile } from "#host";
export type { Memory, Word } from "./host.ts";
