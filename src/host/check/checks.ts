/** All that `check` looks at, for who loads it only then. */
export { checkBundle } from "./check.ts";
export { checkLayers } from "./layers-check.ts";
