/** `lamina image …` as one module, for the reason given in creation.ts. */
export * as df from "./image/df.ts";
export * as exporting from "./image/export.ts";
export * as gc from "./image/gc.ts";
export * as history from "./image/history.ts";
export * as importing from "./image/import.ts";
export * as inspect from "./image/inspect.ts";
export * as list from "./image/list.ts";
export * as pull from "./image/pull.ts";
export * as push from "./image/push.ts";
export * as rm from "./image/rm.ts";
export * as tag from "./image/tag.ts";
export * as tree from "./image/tree.ts";
export * as verify from "./image/verify.ts";
