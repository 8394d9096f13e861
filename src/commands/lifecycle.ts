/** The commands on containers that exist, as one module, for the reason given in creation.ts. */
export * as remove from "./container/delete.ts";
export * as kill from "./container/kill.ts";
export * as list from "./container/list.ts";
export * as pause from "./container/pause.ts";
export * as resume from "./container/resume.ts";
export * as start from "./container/start.ts";
export * as state from "./container/state.ts";
