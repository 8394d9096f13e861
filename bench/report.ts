/** Rows of samples → Markdown and JSON. Pure. */

import type { Row } from "./bench.ts";
import { BenchError } from "./bench-error.ts";
import { describeMemory, describeOverPlain, describeVerdict } from "./budget.ts";
import type { Machine } from "./machine.ts";
import type { Contender } from "./runtimes.ts";
import { type Difference, median, pairedDifference, pairedRatio, type Ratio } from "./statistics.ts";

export interface Measured {
  readonly name: Contender;
  readonly path: string;
  readonly version: string;
}

/** One table. */
export interface Result {
  readonly machine: Machine;
  /** lamina, then its peers. */
  readonly runtimes: readonly Measured[];
  readonly leftOut: readonly string[];
  readonly rounds: number;
  /** What else the reader should know, one sentence each. */
  readonly notes: readonly string[];
  readonly rows: readonly Row[];
}

export function renderMarkdown(result: Result): string {
  const { machine, runtimes, leftOut, rounds } = result;
  const facts = [
    `${machine.date}; ${machine.cpu}, ${machine.memory}; Linux ${machine.kernel}; cgroup ${machine.cgroups}; load ${machine.load} at the start.`,
    ...runtimes.map(({ name, version }) => `${name}: ${version}.`),
    ...leftOut.map((reason) => `${reason}.`),
    `Medians of ${rounds} rounds (the slow rows: fewer). A ratio is the median of the rounds' ratios, with its 95 % interval in brackets.`,
    ...result.notes.map((note) => `${note}.`),
  ];
  return `${renderTable(result)}\n\n${facts.map((fact) => `- ${fact}`).join("\n")}\n`;
}

/** Every sample, and what the table says about them, in machine-readable form. */
export function renderJson(results: readonly Result[]): string {
  return `${JSON.stringify(results.map(withSummary), null, 2)}\n`;
}

function withSummary(result: Result) {
  const runtimes = result.runtimes.map(({ name, path, version }) => ({ name, path, version }));
  const rows = result.rows.map((row) => ({
    ...row,
    medians: Object.fromEntries(Object.entries(row.samples).map(([name, values]) => [name, median(values)])),
    ratios: Object.fromEntries(ratiosOf(row)),
  }));
  return { ...result, runtimes, rows };
}

/** One line of progress: `run of /bin/true: lamina 9.8 ms, crun 10.1 ms (0.97)`. */
export function renderProgress(row: Row): string {
  const ratios = new Map<string, Ratio>(ratiosOf(row));
  const parts = Object.entries(row.samples).map(([name, values]) => {
    const ratio = ratios.get(name);
    const inBrackets = ratio === undefined ? "" : ` (${ratio.ratio.toFixed(2)})`;
    return `${name} ${formatMedian(values, row.unit)}${inBrackets}`;
  });
  const over = overPlain(row);
  const more = over === undefined ? "" : `, ${formatDifference(over)}`;
  return `${row.work.replaceAll("`", "")}: ${parts.join(", ")}${more}`;
}

/** `text` with the part between the two comments of that name replaced. */
export function replaceSection(text: string, section: string, name = "bench"): string {
  const [first, last] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const begin = text.indexOf(first);
  const end = text.indexOf(last, begin);
  if (begin < 0 || end < 0) throw new BenchError(`cannot find the place for the result: expected the lines ${first} and ${last}`);
  return `${text.slice(0, begin)}${first}\n\n${section}\n${text.slice(end)}`;
}

function renderTable({ runtimes, rows }: Result): string {
  const peers = runtimes.map(({ name }) => name).filter((name) => name !== "lamina");
  const hasPlain = rows.some(({ samples }) => samples.plain !== undefined);
  const names: readonly Contender[] = ["lamina", ...peers, ...(hasPlain ? (["plain"] as const) : [])];
  const header = ["work", ...names, ...peers.map((peer) => `lamina/${peer}`), ...(hasPlain ? ["over plain"] : []), "budget"];
  const lines = rows.map((row) => {
    const ratios = new Map(ratiosOf(row));
    const over = overPlain(row);
    const medians = names.map((name) => (row.samples[name] === undefined ? "" : formatMedian(row.samples[name], row.unit)));
    const compared = peers.map((peer) => ratios.get(peer)).map((ratio) => (ratio === undefined ? "" : formatRatio(ratio)));
    const difference = hasPlain ? [over === undefined ? "" : formatDifference(over)] : [];
    return [row.work, ...medians, ...compared, ...difference, verdictsOf(row).join(", ")];
  });
  return layOut([header, ...lines]);
}

function verdictsOf(row: Row): string[] {
  const { name, unit, samples } = row;
  const over = overPlain(row);
  const all = [
    ...ratiosOf(row).map(([peer, ratio]) => describeVerdict(name, peer, ratio)),
    over === undefined ? "" : describeOverPlain(name, over),
    unit === "KiB" ? describeMemory(name, Math.max(...(samples.lamina ?? []))) : "",
  ];
  return all.filter((verdict) => verdict !== "");
}

/** lamina's cost as a multiple of that of each measured peer. */
function ratiosOf({ samples }: Row): [Contender, Ratio][] {
  const { lamina = [] } = samples;
  const peers: readonly Contender[] = ["crun", "runc", "umoci", "podman"];
  return peers.flatMap((peer) => (samples[peer] === undefined ? [] : [[peer, pairedRatio(lamina, samples[peer])]]));
}

function overPlain({ samples: { lamina, plain } }: Row): Difference | undefined {
  return lamina === undefined || plain === undefined ? undefined : pairedDifference(lamina, plain);
}

/** Pads the columns, so that the table is readable as text: words left-aligned, figures right-aligned. */
function layOut([header = [], ...lines]: readonly (readonly string[])[]): string {
  const isText = (column: number): boolean => column === 0 || column === header.length - 1;
  const widths = header.map((_, column) => Math.max(3, ...[header, ...lines].map((line) => line[column]?.length ?? 0)));
  const pad = (line: readonly string[]): string =>
    widths.map((width, column) => (isText(column) ? (line[column] ?? "").padEnd(width) : (line[column] ?? "").padStart(width))).join(" | ");
  const rule = widths.map((width, column) => (isText(column) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ");
  return [pad(header), rule, ...lines.map(pad)].map((line) => `| ${line} |`).join("\n");
}

function formatMedian(values: readonly number[], unit: Row["unit"]): string {
  const value = median(values);
  if (unit === "KiB") return `${value.toFixed(0)} KiB`;
  return `${value < 100 ? value.toFixed(2) : value.toFixed(0)} ms`;
}

function formatRatio({ ratio, low, high }: Ratio): string {
  return low === high ? ratio.toFixed(2) : `${ratio.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

function formatDifference({ difference, low, high }: Difference): string {
  const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
  return low === high ? `${signed(difference)} ms` : `${signed(difference)} ms (${signed(low)} to ${signed(high)})`;
}
