/**
 * The commands that plan a container, as one module: what is imported dynamically becomes a file of its own in the
 * executable, and every file costs 50 µs at least.
 */
export * as create from "./container/create.ts";
export * as exec from "./container/exec.ts";
export * as run from "./container/run.ts";
