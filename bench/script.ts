/** The stopwatch's input (stopwatch-script.h defines the format) and output. Pure. */
import { BenchError } from "./bench-error.ts";
import type { Contender } from "./runtimes.ts";

export type Step =
  | { readonly kind: "run" | "try"; readonly argv: readonly string[] }
  | { readonly kind: "watch"; readonly file: string }
  | { readonly kind: "await" }
  | { readonly kind: "pause"; readonly milliseconds: number };

/** Steps that run one after the other. Their cost counts for `runtime`; without one they only prepare or clean up. */
export interface Sequence {
  readonly runtime?: Contender;
  readonly steps: readonly Step[];
}

export interface Cost {
  readonly milliseconds: number;
  readonly status: number;
  readonly maxrssKib: number;
}

export interface Timing {
  /** For each sequence, the cost of each of its commands. */
  readonly costs: readonly (readonly Cost[])[];
  readonly wallMilliseconds: number;
}

/** Numbers by runtime, one per round: the same position is the same round. */
export type Samples = Readonly<Partial<Record<Contender, readonly number[]>>>;

export function encodeScript(sequences: readonly Sequence[]): string {
  return sequences.map(({ steps }) => [...steps.map(wordsOf), ["end"]].map(encodeStep).join("")).join("");
}

export function parseTiming(text: string, sequences: readonly Sequence[]): Timing {
  const lines = text.trimEnd().split("\n");
  const wall = /^wall ([0-9]+)$/.exec(lines.pop() ?? "");
  const costs = sequences.map(({ steps }) => steps.filter(isCommand).map(() => parseCost(lines.shift())));
  if (wall === null || lines.length > 0) throw new BenchError("cannot read the stopwatch's answer: it does not fit the script");
  return { costs, wallMilliseconds: Number(wall[1]) / 1e6 };
}

/** One number per sequence that counts for a runtime. */
export function collect(sequences: readonly Sequence[], timing: Timing, pick: (costs: readonly Cost[]) => number): Samples {
  const samples: Partial<Record<Contender, number[]>> = {};
  sequences.forEach(({ runtime }, index) => {
    if (runtime === undefined) return;
    const list = samples[runtime] ?? [];
    list.push(pick(timing.costs[index] ?? []));
    samples[runtime] = list;
  });
  return samples;
}

/** `rounds` rounds, each with one sequence of every runtime, after one round that does not count. */
export function interleave<T extends { readonly name: Contender }>(
  runtimes: readonly T[],
  rounds: number,
  steps: (runtime: T) => readonly Step[],
): Sequence[] {
  const warmup = runtimes.map((runtime) => ({ steps: steps(runtime) }));
  const measured = roundOrders(runtimes, rounds).flat();
  return [...warmup, ...measured.map((runtime) => ({ runtime: runtime.name, steps: steps(runtime) }))];
}

/**
 * The order of `items` in each round. Successive rounds go through all orders, so that each item comes first equally often, and
 * equally often after each other item, whose leftovers the kernel may still be cleaning up.
 */
export function roundOrders<T>(items: readonly T[], rounds: number): (readonly T[])[] {
  const orders = permutations(items);
  return Array.from({ length: rounds }, (_, round) => orders[round % orders.length] ?? items);
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((first, index) => permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

function isCommand(step: Step): boolean {
  return step.kind === "run" || step.kind === "try";
}

function wordsOf(step: Step): string[] {
  switch (step.kind) {
    case "run":
    case "try":
      return [step.kind, ...step.argv];
    case "watch":
      return [step.kind, step.file];
    case "await":
      return [step.kind];
    case "pause":
      return [step.kind, String(step.milliseconds)];
    default:
      return step satisfies never;
  }
}

/** An empty word would end the step early, and a NUL would split a word. */
function encodeStep(words: readonly string[]): string {
  const bad = words.find((word) => word === "" || word.includes("\0"));
  if (bad !== undefined) throw new BenchError(`cannot encode the word ${JSON.stringify(bad)}: it is empty or has a NUL`);
  return `${words.join("\0")}\0\0`;
}

function parseCost(line: string | undefined): Cost {
  const [, nanoseconds, status, maxrss] = /^([0-9]+) ([0-9]+) ([0-9]+)$/.exec(line ?? "") ?? [];
  if (maxrss === undefined) throw new BenchError(`cannot read the stopwatch's answer: ${JSON.stringify(line)} is not a result`);
  return { milliseconds: Number(nanoseconds) / 1e6, status: Number(status), maxrssKib: Number(maxrss) };
}
