/** The names that `--only` takes, in the order in which they are measured. */
export const MEASUREMENT_NAMES = ["version", "state", "run", "lifecycle", "memory", "memory-limit", "parallel"] as const;

export type MeasurementName = (typeof MEASUREMENT_NAMES)[number];
