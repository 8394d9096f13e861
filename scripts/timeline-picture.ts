/**
 * `sh scripts/tool.sh bun scripts/timeline-picture.ts FILE.json PICTURE.svg`: what `--timeline=FILE.json` recorded, as a picture: host and init side by
 * side, a row for each phase, with its steps in it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { RuntimeError } from "../src/base/errors.ts";
import { isObject, type Json, parseObject } from "../test/support/json.ts";
import { runScript } from "./run-script.ts";

interface Span {
  readonly side: "host" | "init";
  readonly name: string;
  /** Milliseconds since the beginning. */
  readonly begin: number;
  readonly end: number;
  readonly isWait: boolean;
  /** How many steps are shown with this one. */
  readonly others: number;
}

interface Row extends Span {
  readonly steps: readonly Span[];
}

/** Pixels. */
const PICTURE = { width: 960, left: 350, right: 20, top: 52, row: 20, bar: 12 } as const;
/** Steps that are narrower are not told apart from their neighbours. */
const NARROWEST = 1.5;
/** Of steps at least as wide as this the name is shown when somebody points at them. */
const NAMED = 3;
const COLORS = { host: ["#2f6f9f", "#74a9cf"], init: ["#b35806", "#f1a340"] } as const;

/** The picture of a recording. Throws code "usage" for another file. */
export function drawTimeline(trace: string): string {
  const { otherData, traceEvents } = parseObject(trace);
  if (!isObject(otherData) || !Array.isArray(traceEvents))
    throw new RuntimeError("usage", "cannot draw: this is no recording of --timeline");
  const whole = Number(otherData.dur) / 1000;
  const rows = rowsOf(traceEvents, Number(otherData.ts));
  const height = PICTURE.top + rows.length * PICTURE.row + 12;
  const scale = (PICTURE.width - PICTURE.left - PICTURE.right) / whole;
  const title = `lamina ${otherData.command}: the program began after ${whole.toFixed(1)} ms`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${PICTURE.width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${PICTURE.width}" height="${height}" fill="#fff"/>`,
    `<text x="12" y="20" font-size="14" font-weight="bold">${escaped(title)}</text>`,
    ...legend(),
    ...axis(whole, scale, height),
    ...rows.flatMap((row, at) => drawRow(row, PICTURE.top + at * PICTURE.row, scale)),
    "</svg>\n",
  ].join("\n");
}

/** Phases in the order in which they begin, each with its steps. */
function rowsOf(events: readonly Json[], start: number): Row[] {
  const rows: (Span & { steps: Span[] })[] = [];
  for (const event of events) {
    if (!isObject(event) || event.ph !== "X") continue;
    const begin = (Number(event.ts) - start) / 1000;
    const isWait = isObject(event.args) && event.args.wait === true;
    const span: Span = {
      side: event.tid === 1 ? "host" : "init",
      name: String(event.name),
      begin,
      end: begin + Number(event.dur) / 1000,
      isWait,
      others: 0,
    };
    if (event.cat === "phase") rows.push({ ...span, steps: [] });
    else rows.at(-1)?.steps.push(span);
  }
  return rows.sort((one, other) => one.begin - other.begin);
}

function legend(): string[] {
  const parts = [
    ["host", COLORS.host[0], 1],
    ["init", COLORS.init[0], 1],
    ["waits for the other", "#999", 0.35],
  ] as const;
  return parts.map(([words, color, opacity], at) => {
    const x = PICTURE.width - 290 + at * 72;
    return `<rect x="${x}" y="10" width="12" height="12" fill="${color}" fill-opacity="${opacity}"/><text x="${x + 17}" y="20">${words}</text>`;
  });
}

function axis(whole: number, scale: number, height: number): string[] {
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((one) => whole / one <= 10) ?? whole;
  return Array.from({ length: Math.floor(whole / step) + 1 }, (_, at) => {
    const x = (PICTURE.left + at * step * scale).toFixed(1);
    const words = `${Number((at * step).toFixed(1))}${at === 0 ? " ms" : ""}`;
    return `<path d="M${x} 38V${height - 8}" stroke="#ddd"/><text x="${x}" y="34" fill="#666" text-anchor="middle">${words}</text>`;
  });
}

function drawRow({ side, name, begin, end, steps }: Row, y: number, scale: number): string[] {
  const words = `<tspan fill="${COLORS[side][0]}">${side}</tspan>  ${escaped(name)}`;
  return [
    `<text x="12" y="${y + 10}">${words}</text>`,
    `<text x="${PICTURE.left - 12}" y="${y + 10}" text-anchor="end" fill="#666">${(end - begin).toFixed(2)}</text>`,
    ...merged(steps, scale).map((span, at) => drawBar(span, y, scale, at)),
  ];
}

/** Steps; narrow ones are one with a neighbour, under the name of the wider one. */
function merged(steps: readonly Span[], scale: number): Span[] {
  const spans: Span[] = [];
  const width = ({ begin, end }: Span): number => (end - begin) * scale;
  for (const step of steps) {
    const last = spans.at(-1);
    if (last !== undefined && last.isWait === step.isWait && Math.min(width(step), width(last)) < NARROWEST)
      spans[spans.length - 1] = { ...(width(step) > width(last) ? step : last), begin: last.begin, end: step.end, others: last.others + 1 };
    else spans.push(step);
  }
  return spans;
}

function drawBar({ side, name, begin, end, isWait, others }: Span, y: number, scale: number, at: number): string {
  const x = (PICTURE.left + begin * scale).toFixed(1);
  const width = Math.max((end - begin) * scale, 1);
  const fill = isWait ? 'fill="#999" fill-opacity=".35"' : `fill="${COLORS[side][at % 2]}"`;
  const bar = `<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${PICTURE.bar}" ${fill}`;
  return width < NAMED
    ? `${bar}/>`
    : `${bar}><title>${escaped(`${name}${others === 0 ? "" : `, and ${others} more`}: ${(end - begin).toFixed(2)} ms`)}</title></rect>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

if (import.meta.main) {
  await runScript("timeline-picture", async () => {
    const [, , recording, picture] = process.argv;
    if (recording === undefined || picture === undefined) throw new RuntimeError("usage", "usage: timeline-picture FILE.json PICTURE.svg");
    writeFileSync(picture, drawTimeline(readFileSync(recording, "utf8")));
    return 0;
  });
}
