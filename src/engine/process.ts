/** What this process was started with and holds, its children and its end. */
export { embedded, engine, environment, environmentVariable, exit, fork, programArguments, sharedMemory, spawn } from "#host";

/** For `spawn`: the child leads a process group of its own, which can be signalled whole. */
export const OWN_GROUP = 1;
