/** The names that `--only` takes, in the order of measurement. */
export const RUNTIME_MEASUREMENTS = [
  "version",
  "state",
  "run",
  "seccomp",
  "lifecycle",
  "exec",
  "memory",
  "memory-limit",
  "parallel",
] as const;
/** For images and layers: a table of their own, with other peers. */
export const IMAGE_MEASUREMENTS = ["layers", "import", "commit", "store"] as const;
/** Under an engine: a table of their own. They take long, so only `--only` has them measured. */
export const ENGINE_MEASUREMENTS = ["docker"] as const;
export const DEFAULT_MEASUREMENTS = [...RUNTIME_MEASUREMENTS, ...IMAGE_MEASUREMENTS] as const;
export const MEASUREMENT_NAMES = [...DEFAULT_MEASUREMENTS, ...ENGINE_MEASUREMENTS] as const;

export type MeasurementName = (typeof MEASUREMENT_NAMES)[number];
