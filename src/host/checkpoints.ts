/** Checkpoint and restore: one module, which is loaded when somebody asks for either (scripts/build.ts). */
export { checkpointContainer } from "./checkpoint.ts";
export { restoreContainer } from "./restore.ts";
