/**
 * Everything that no engine calls for each container, as one module, for the reason given in creation.ts: what it shares with
 * the commands that engines do call would otherwise be split into a file for each mixture of users.
 */
export { deleteDespite } from "../host/delete-damaged.ts";
export { deleteWithBundle } from "../host/kept-bundle.ts";
export * as bundle from "./bundle.ts";
export * as check from "./check.ts";
export * as commit from "./commit.ts";
export * as completion from "./completion.ts";
export * as diff from "./diff.ts";
export * as events from "./events.ts";
export * as explain from "./explain.ts";
export * as exporting from "./export.ts";
export * as features from "./features.ts";
export * as image from "./image.ts";
export { listDeleted } from "./list-deleted.ts";
export { formatSizes } from "./list-sizes.ts";
export { keptBundle } from "./make-bundle.ts";
export * as ps from "./ps.ts";
export { runImage } from "./run-image.ts";
export * as spec from "./spec.ts";
export * as update from "./update.ts";
export * as volumeList from "./volume-list.ts";
export * as volumeRm from "./volume-rm.ts";
