/** System calls. Only src/sys may make them; numbers and words go in, numbers or minus errno come out. */
export { machine, syscall, syscallOnce } from "#host";
export type { Memory, Word } from "./host.ts";
