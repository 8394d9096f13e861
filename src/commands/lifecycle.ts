/** The commands on containers that exist, as one module, for the reason given in creation.ts. */
export * as remove from "./delete.ts";
export * as kill from "./kill.ts";
export * as list from "./list.ts";
export * as pause from "./pause.ts";
export * as resume from "./resume.ts";
export * as start from "./start.ts";
export * as state from "./state.ts";
