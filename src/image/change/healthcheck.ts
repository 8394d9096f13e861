/** HEALTHCHECK of a Dockerfile, as Docker's images have it in their configuration: times are in nanoseconds. Pure. */

import type { JsonObject } from "../format/json-shape.ts";
import { type Instruction, parseJsonWords } from "./dockerfile-lines.ts";
import { refusedChange } from "./refused-change.ts";

const TIMES: Readonly<Record<string, string>> = {
  interval: "Interval",
  timeout: "Timeout",
  "start-period": "StartPeriod",
  "start-interval": "StartInterval",
};
const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 6e10, h: 3.6e12 };
/** A millisecond. */
const SHORTEST = 1e6;

export function parseHealthcheck({ flags, value, line }: Instruction): JsonObject {
  const [, type = "", command = ""] = /^(\S+)\s*(.*)$/s.exec(value) ?? [];
  if (type.toUpperCase() === "NONE") {
    if (command !== "" || flags.length > 0) throw refusedChange(line, "nothing is accepted beside NONE");
    return { Test: ["NONE"] };
  }
  if (type.toUpperCase() !== "CMD" || command === "") throw refusedChange(line, "accepted are NONE, or flags and CMD with a command");
  const words = parseJsonWords(command, line);
  if (words?.length === 0) throw refusedChange(line, "the command is empty");
  return { Test: words === undefined ? ["CMD-SHELL", command] : ["CMD", ...words], ...optionsIn(flags, line) };
}

/** What is 0 is not told, as it is the default. */
function optionsIn(flags: readonly string[], line: string): JsonObject {
  const options = new Map<string, number>();
  for (const flag of flags) {
    const [, name = "", text = ""] = /^--([a-z-]+)=(.*)$/s.exec(flag) ?? [];
    const key = name === "retries" ? "Retries" : Object.hasOwn(TIMES, name) ? TIMES[name] : undefined;
    if (key === undefined)
      throw refusedChange(
        line,
        `accepted flags are --retries=n, ${Object.keys(TIMES)
          .map((one) => `--${one}=time`)
          .join(", ")}`,
      );
    if (options.has(key)) throw refusedChange(line, `--${name} stands there twice`);
    options.set(key, name === "retries" ? retriesIn(text, line) : durationIn(text, line));
  }
  return Object.fromEntries([...options].filter(([, value]) => value !== 0));
}

function retriesIn(text: string, line: string): number {
  if (/^\+?\d{1,9}$/.test(text)) return Number(text);
  throw refusedChange(line, "--retries is a whole number and not negative");
}

/** Go's durations: `1h30m`, `1.5s`, `0`. */
function durationIn(text: string, line: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy)];
  const isWhole = parts.reduce((length, [part]) => length + part.length, 0) === text.length && parts.length > 0;
  const time = text === "0" ? 0 : Math.round(parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNITS[unit] ?? 0), 0));
  if ((isWhole || text === "0") && (time === 0 || time >= SHORTEST) && Number.isSafeInteger(time)) return time;
  throw refusedChange(line, "times are accepted as in 30s or 1m30s, and from 1ms on");
}
