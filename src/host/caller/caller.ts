/** The process that lamina is: what its caller gave it, for commands. */

export { environmentVariable } from "../../sys/call/environment.ts";
export { effectiveGid, effectiveUid } from "../../sys/call/own-ids.ts";
export { randomUuid } from "../../sys/call/random.ts";
export { workingDirectory } from "../../sys/call/working-directory.ts";
export { monotonicMilliseconds } from "../../sys/process/clock.ts";
export { enterOwnUserNamespace } from "../../sys/process/own-user-namespace.ts";
export { failInsteadOfDying, isInUserNamespace } from "../../sys/process/process.ts";
export { openMissingStreams } from "../../sys/process/stdio.ts";
