/** A timeline as text: a line for each step, with its time and a bar, and what took longest. Pure. */
import { encodeText } from "../../base/text.ts";
import type { TimedStep, Timeline } from "../../host/timeline/timeline.ts";
import { phasesOf, type TimedPhase } from "./timeline-phases.ts";
import { visible, wrap } from "./wrap.ts";

/** Columns for numbers and times. What is left is divided between words and bars. */
const LABEL = 5;
const TIME = 7;
const GAPS = 3;
const BAR_SHARE = 0.4;
const LEAST_BAR = 8;
/** Words are not cut shorter than this to name a place beside them. */
const LEAST_WORDS = 20;

const LONGEST = 5;
/** Of the whole: less is no answer to what took long. */
const WORTH_TELLING = 0.01;

export const USUAL_WIDTH = 100;

export function formatTimeline(timeline: Timeline, width: number = USUAL_WIDTH): string {
  const layout = layoutFor(timeline, width);
  const lines = [
    ...wrap(headline(timeline), width),
    ...legend(layout),
    ...phasesOf(timeline).flatMap((phase) => formatPhase(phase, layout)),
    ...formatLongest(timeline, width),
    ...timeline.remarks.flatMap((remark) => wrap(`note: ${visible(remark)}`, width)),
  ];
  return `${lines.join("\n")}\n`;
}

/** Columns of words and bar, and the time that the bars show. */
interface Layout {
  readonly words: number;
  readonly bar: number;
  readonly begin: number;
  readonly duration: number;
}

function layoutFor({ begin, end }: Timeline, width: number): Layout {
  const rest = Math.max(width - LABEL - TIME - GAPS, LEAST_BAR * 2);
  const bar = Math.max(LEAST_BAR, Math.round(rest * BAR_SHARE));
  return { words: rest - bar, bar, begin, duration: Math.max(end - begin, Number.MIN_VALUE) };
}

function headline({ command, id, begin, end, hasFailed }: Timeline): string {
  const what = hasFailed ? "it failed" : command === "create" ? "the container was there" : "the program began";
  return `Timeline of ${visible(command)}${id === "" ? "" : ` ${visible(id)}`}: ${what} after ${milliseconds(end - begin)} ms.`;
}

function legend({ words, bar, duration }: Layout): string[] {
  const end = `${milliseconds(duration)} ms`;
  const scale = `0${end.padStart(bar - 1)}`;
  return [line("", "", "ms", scale, words), line("", "█ host  ▓ init  · waits", "", "", words)];
}

function line(label: string, words: string, time: string, bar: string, room: number): string {
  return `${label.padStart(LABEL)} ${pad(words, room)} ${time.padStart(TIME)} ${bar}`.trimEnd();
}

function formatPhase({ side, title, steps }: TimedPhase, layout: Layout): string[] {
  const time = inColumn(steps.reduce((sum, { begin, end }) => sum + end - begin, 0));
  const head = `${side}: ${title}`;
  const room = LABEL + 1 + layout.words;
  return [`${pad(cut(head, room), room)} ${time.padStart(TIME)}`, ...steps.map((step) => formatStep(step, layout))];
}

function formatStep(step: TimedStep, layout: Layout): string {
  const words = `${visible(step.words)}${step.hasFailed ? " [failed]" : ""}`;
  const label = step.label.length > LABEL ? (step.label.split("–")[0] ?? "") : step.label;
  return line(
    label,
    withPlace(words, visible(step.origin), layout.words),
    inColumn(step.end - step.begin),
    barOf(step, layout),
    layout.words,
  );
}

/** The place at the right, if there is room for it. */
function withPlace(words: string, place: string, room: number): string {
  const left = room - lengthOf(place) - 1;
  if (place === "" || left < Math.min(LEAST_WORDS, lengthOf(words))) return cut(words, room);
  return `${pad(cut(words, left), left)} ${place}`;
}

function barOf({ side, begin, end, isWait }: TimedStep, layout: Layout): string {
  const scale = layout.bar / layout.duration;
  const from = (begin - layout.begin) * scale;
  const to = (end - layout.begin) * scale;
  const start = Math.min(layout.bar - 1, Math.max(0, Math.floor(from)));
  const length = Math.min(layout.bar - start, Math.max(1, Math.round(to) - start));
  const mark = to - from < 0.5 ? "▏" : isWait ? "·" : side === "host" ? "█" : "▓";
  return `${" ".repeat(start)}${mark.repeat(length)}`;
}

/** Steps that one value asked for, or one step. */
interface Part {
  readonly name: string;
  readonly steps: readonly TimedStep[];
  readonly time: number;
}

function formatLongest(timeline: Timeline, width: number): string[] {
  const total = timeline.end - timeline.begin;
  const parts = partsOf(timeline.steps).filter(({ time }) => time >= total * WORTH_TELLING);
  const longest = parts.sort((a, b) => b.time - a.time).slice(0, LONGEST);
  if (longest.length === 0) return [];
  return ["", "What took longest:", ...longest.flatMap((part) => hang(describePart(part, total), width))];
}

/** Lines of which all but the first are set in. */
function hang(text: string, width: number): string[] {
  return wrap(text, Math.max(width - 2, 1)).map((part, i) => (i === 0 ? part : `  ${part}`));
}

/** Waiting is the other side's time. */
function partsOf(steps: readonly TimedStep[]): Part[] {
  const groups = new Map<string, TimedStep[]>();
  for (const step of steps.filter(({ isWait }) => !isWait)) {
    const name = step.origin === "" ? (step.label === "" ? "lamina itself" : step.label) : step.origin;
    const key = `${step.side} ${name}${step.label === "" ? step.words : ""}`;
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  return [...groups.values()].map((group) => ({
    name: nameOf(group[0]),
    steps: group,
    time: group.reduce((sum, { begin, end }) => sum + end - begin, 0),
  }));
}

function nameOf(step: TimedStep | undefined): string {
  if (step === undefined || step.label === "") return "lamina itself";
  return step.origin === "" ? step.label : step.origin;
}

function describePart({ name, steps, time }: Part, total: number): string {
  const [main] = [...steps].sort((a, b) => b.end - b.begin - (a.end - a.begin));
  const { words = "", call = "", side = "host", label = "" } = main ?? {};
  const which = [label === "" || label === name ? side : `${side} ${label}`, ...(call === "" ? [] : [call])].join(", ");
  const more = steps.length === 1 ? "" : `${steps.length} steps, mostly: `;
  return `${visible(name)} took ${milliseconds(time)} ms of ${milliseconds(total)}: ${more}${visible(words)} (${which})`;
}

/** In a column: every point below the others, as long as there is room. */
function inColumn(time: number): string {
  return time < 1000 ? time.toFixed(3) : time.toFixed(0);
}

/** With the digits that tell something. */
function milliseconds(time: number): string {
  return time.toFixed(time < 9.995 ? 2 : time < 99.95 ? 1 : 0);
}

function cut(text: string, room: number): string {
  if (text.length <= room || lengthOf(text) <= room) return text;
  const end = Math.max(0, room - 1);
  return `${isAscii(text) ? text.slice(0, end) : [...text].slice(0, end).join("")}…`;
}

function pad(text: string, room: number): string {
  return text + " ".repeat(Math.max(0, room - lengthOf(text)));
}

/** In characters. */
function lengthOf(text: string): number {
  return isAscii(text) ? text.length : [...text].length;
}

/** By its bytes, which the engine counts ten times as fast as it matches. */
function isAscii(text: string): boolean {
  return encodeText(text).length === text.length;
}
