/** A plan as text for people, at most 140 columns wide, and as JSON for programs. Pure. */
import { hex } from "../../base/bytes.ts";
import { plainJson } from "../../base/plain-json.ts";
import type { Explanation } from "../../host/explain.ts";
import { arrangePhases, type Phase, type Row } from "./explain-phases.ts";
import { visible, wrap } from "./wrap.ts";

/** Columns of the words, the call, and the place in config.json: 139 with margin, number and gaps. */
const WORDS = 70;
const CALL = 16;
const PLACE = 40;
const NUMBER = 5;

/** The numbers of native init go to 64 bits: every bigint is a decimal string. */
export function formatPlanJson(explanation: Explanation): string {
  return `${plainJson(JSON.stringify(explanation, (_key, value: unknown) => shown(value), 2))}\n`;
}

/** Bytes are hexadecimal digits. */
function shown(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value instanceof Uint8Array ? hex(value) : value;
}

export function formatPlanText(explanation: Explanation): string {
  const { bundle, id, warnings, host, init } = explanation;
  const lines = [
    ...wrap(
      `Plan for container ${visible(id)} of bundle ${visible(bundle)}: ${count(host.length, "step")} of lamina on the host (h),`,
      138,
    ),
    `${count(init.length, "step")} of the container's init (i). Nothing has been done.`,
    ...warnings.flatMap((warning) => wrap(`warning: ${visible(warning)}`, 138)),
    ...arrangePhases(explanation).flatMap(formatPhase),
  ];
  return `${lines.join("\n")}\n`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function formatPhase({ side, title, rows }: Phase): string[] {
  return ["", `${side}: ${title}`, ...rows.flatMap(formatRow)];
}

/** As many lines as the fullest of its columns needs. */
function formatRow(row: Row): string[] {
  const words = wrap(`${visible(row.words)}${consequence(row)}`, WORDS);
  const call = wrap(row.call, CALL);
  const place = wrap(row.location === null ? "internal" : `${row.location} ${visible(row.origin)}`, PLACE);
  const height = Math.max(words.length, call.length, place.length);
  return Array.from({ length: height }, (_, i) => {
    const number = i === 0 ? `${row.side.charAt(0)}${row.index}` : "";
    const cells = [number.padStart(NUMBER), pad(words[i], WORDS), pad(call[i], CALL), place[i] ?? ""];
    return ` ${cells.join("  ")}`.trimEnd();
  });
}

/** What a failure leads to, where it is not simply the end of the start. */
function consequence({ onFailure, isAlternative, index, side }: Row): string {
  const letter = side.charAt(0);
  const condition = isAlternative ? ` [only if ${letter}${index - 1} failed]` : "";
  switch (onFailure) {
    case "stop":
      return condition;
    case "warn":
      return `${condition} [if it fails: warn and go on]`;
    case "ignore":
      return `${condition} [if it fails: go on]`;
    case "else":
      return `${condition} [if it fails: ${letter}${index + 1} instead]`;
    default:
      return onFailure satisfies never;
  }
}

function pad(text: string | undefined, width: number): string {
  const shown = text ?? "";
  return shown + " ".repeat(Math.max(0, width - [...shown].length));
}
