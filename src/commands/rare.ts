/**
 * Everything that no engine calls for each container, as one module, for the reason given in creation.ts: what it shares with
 * the commands that engines do call would otherwise be split into a file for each mixture of users.
 */
export { deleteDespite } from "../host/delete-damaged.ts";
export { deleteWithBundle } from "../host/kept-bundle.ts";
export * as bundle from "./bundle/bundle.ts";
export * as check from "./bundle/check.ts";
export * as explain from "./bundle/explain.ts";
export { keptBundle } from "./bundle/make-bundle.ts";
export { runImage } from "./bundle/run-image.ts";
export * as spec from "./bundle/spec.ts";
export * as events from "./container/events.ts";
export { listDeleted } from "./container/list-deleted.ts";
export { formatSizes } from "./container/list-sizes.ts";
export * as ps from "./container/ps.ts";
export * as update from "./container/update.ts";
export * as features from "./features.ts";
export * as image from "./image.ts";
export * as commit from "./layers/commit.ts";
export * as diff from "./layers/diff.ts";
export * as exporting from "./layers/export.ts";
export * as completion from "./line/completion.ts";
export * as volumeList from "./volume/list.ts";
export * as volumeRm from "./volume/rm.ts";
