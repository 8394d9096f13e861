/** Rows of samples → Markdown and JSON. Pure. */
import { BenchError } from "./bench-error.ts";
import { describeVerdict } from "./budget.ts";
import type { Machine } from "./machine.ts";
import type { Row } from "./measurements.ts";
import { PEERS, type Runtime } from "./runtimes.ts";
import { median, pairedRatio, type Ratio } from "./statistics.ts";

export interface Result {
  readonly machine: Machine;
  readonly runtimes: readonly Pick<Runtime, "name" | "path" | "version">[];
  readonly leftOut: readonly string[];
  readonly rounds: number;
  readonly configWrittenBy: string;
  readonly rows: readonly Row[];
}

const BEGIN = "<!-- bench:begin -->";
const END = "<!-- bench:end -->";

export function renderMarkdown(result: Result): string {
  const { machine, runtimes, leftOut, rounds } = result;
  const facts = [
    `${machine.date}; ${machine.cpu}, ${machine.memory}; Linux ${machine.kernel}; cgroup ${machine.cgroups}; load ${machine.load} at the start.`,
    ...runtimes.map(({ name, version }) => `${name}: ${version}.`),
    ...leftOut.map((reason) => `${reason}.`),
    `Medians of ${rounds} rounds (the slow rows: fewer). A ratio is the median of the rounds' ratios, with its 95 % interval in brackets.`,
    `The bundle is the default of \`${result.configWrittenBy} spec\`, without a terminal, running a static /bin/true.`,
  ];
  return `${renderTable(result)}\n\n${facts.map((fact) => `- ${fact}`).join("\n")}\n`;
}

/** Every sample, and what the table says about them, for programs. */
export function renderJson(result: Result): string {
  const runtimes = result.runtimes.map(({ name, path, version }) => ({ name, path, version }));
  const rows = result.rows.map((row) => ({
    ...row,
    medians: Object.fromEntries(Object.entries(row.samples).map(([name, values]) => [name, median(values)])),
    ratios: Object.fromEntries(ratiosOf(row)),
  }));
  return `${JSON.stringify({ ...result, runtimes, rows }, null, 2)}\n`;
}

/** One line for somebody who watches: `run of /bin/true: lamina 9.8 ms, crun 10.1 ms (0.97)`. */
export function renderProgress(row: Row): string {
  const ratios = new Map<string, Ratio>(ratiosOf(row));
  const parts = Object.entries(row.samples).map(([name, values]) => {
    const ratio = ratios.get(name);
    const inBrackets = ratio === undefined ? "" : ` (${ratio.ratio.toFixed(2)})`;
    return `${name} ${formatMedian(values, row.unit)}${inBrackets}`;
  });
  return `${row.work.replaceAll("`", "")}: ${parts.join(", ")}`;
}

/** `text` with what stands between the two comments replaced. */
export function replaceSection(text: string, section: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new BenchError(`cannot find the place for the result: expected the lines ${BEGIN} and ${END}`);
  return `${text.slice(0, begin)}${BEGIN}\n\n${section}\n${text.slice(end)}`;
}

function renderTable({ runtimes, rows }: Result): string {
  const names = runtimes.map(({ name }) => name);
  const peers = PEERS.filter((peer) => names.includes(peer));
  const header = ["work", ...names, ...peers.map((peer) => `lamina/${peer}`), "budget"];
  const lines = rows.map((row) => {
    const ratios = ratiosOf(row);
    const verdicts = ratios.map(([peer, ratio]) => describeVerdict(row.name, peer, ratio)).filter((verdict) => verdict !== "");
    const medians = names.map((name) => formatMedian(row.samples[name] ?? [], row.unit));
    return [row.work, ...medians, ...ratios.map(([, ratio]) => formatRatio(ratio)), verdicts.join(", ")];
  });
  return layOut([header, ...lines]);
}

/** lamina's cost as a multiple of each peer's that was measured, in the order of PEERS. */
function ratiosOf({ samples }: Row): [(typeof PEERS)[number], Ratio][] {
  const { lamina = [] } = samples;
  return PEERS.flatMap((peer) => (samples[peer] === undefined ? [] : [[peer, pairedRatio(lamina, samples[peer])]]));
}

/** Pads the columns, so that the table can be read as it is: text to the left, figures to the right. */
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
