/** The process that lamina is: what its caller gave it, for commands. */
export { monotonicMilliseconds } from "../../sys/clock.ts";
export { environmentVariable } from "../../sys/environment.ts";
export { effectiveGid, effectiveUid } from "../../sys/own-ids.ts";
export { enterOwnUserNamespace } from "../../sys/own-user-namespace.ts";
export { failInsteadOfDying, isInUserNamespace } from "../../sys/process.ts";
export { randomUuid } from "../../sys/random.ts";
export { openMissingStreams } from "../../sys/stdio.ts";
export { workingDirectory } from "../../sys/working-directory.ts";
