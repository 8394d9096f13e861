/** What a start took, on both sides. No code. */

export interface TimedStep {
  readonly side: "host" | "init";
  /** As `explain` numbers it, such as `h3` or `i12`; `i12–i14` for steps measured as one; "" for what lamina does beside its plan. */
  readonly label: string;
  /** Of the plan's step; "" beside the plan. */
  readonly op: string;
  readonly words: string;
  /** The kernel call that the step is mainly made of; "" beside the plan. */
  readonly call: string;
  /** Of the value that asked for it (base/origin.ts); "" = internal, or config.json as a whole. */
  readonly origin: string;
  /** Milliseconds of the monotonic clock. */
  readonly begin: number;
  readonly end: number;
  /** The other side, or the caller of `start`, decides how long it takes. */
  readonly isWait: boolean;
  readonly hasFailed: boolean;
}

export interface Timeline {
  readonly command: string;
  readonly id: string;
  /** In the order in which they began. */
  readonly steps: readonly TimedStep[];
  readonly begin: number;
  readonly end: number;
  /** The command failed: this is how far it came. */
  readonly hasFailed: boolean;
  /** What the reader should know of the times. */
  readonly remarks: readonly string[];
}
