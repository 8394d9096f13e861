/** Medians, and how far to trust them. Pure. */

/** The middle value, or the mean of the middle two. NaN for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

export interface Ratio {
  readonly ratio: number;
  /** Contains the true median ratio with at least 95 % confidence; with fewer than six rounds, the smallest and the largest. */
  readonly low: number;
  readonly high: number;
}

/**
 * The median of the rounds' ratios. A round's commands run within milliseconds of each other, so a longer disturbance of the
 * machine affects both sides and cancels out. The interval comes from order statistics and assumes nothing about the distribution.
 */
export function pairedRatio(values: readonly number[], references: readonly number[]): Ratio {
  const { middle, low, high } = estimate(paired(values, references, (value, reference) => value / reference));
  return { ratio: middle, low, high };
}

export interface Difference {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** The median of the rounds' differences, with its interval. */
export function pairedDifference(values: readonly number[], references: readonly number[]): Difference {
  const { middle, low, high } = estimate(paired(values, references, (value, reference) => value - reference));
  return { difference: middle, low, high };
}

function paired(values: readonly number[], references: readonly number[], compare: (value: number, reference: number) => number): number[] {
  if (values.length !== references.length) throw new RangeError(`${values.length} rounds cannot be paired with ${references.length}`);
  return values.map((value, round) => compare(value, references[round] ?? Number.NaN));
}

function estimate(values: readonly number[]): { readonly middle: number; readonly low: number; readonly high: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  const rank = Math.max(0, Math.floor(count / 2 - 0.98 * Math.sqrt(count) - 0.5));
  return { middle: median(sorted), low: sorted[rank] ?? Number.NaN, high: sorted[count - 1 - rank] ?? Number.NaN };
}
