/** Tables and sizes for people. Pure. */
import { visible } from "./wrap.ts";

/** Every column as wide as its widest cell, three blanks between them, nothing behind the last. */
export function columns(rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map(visible));
  const widths: number[] = [];
  for (const row of shown) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, [...cell].length);
  return shown
    .map((row) => `${row.map((cell, i) => (i === row.length - 1 ? cell : padded(cell, widths[i] ?? 0) + GAP)).join("")}\n`)
    .join("");
}

const GAP = "   ";
const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

function padded(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - [...cell].length));
}

/** `12.3 MB`, in powers of a thousand, as registries and disks count. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** A unit of time, and how many of it make the next one. */
const AGES = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", Number.POSITIVE_INFINITY],
] as const;

/** `3 minutes ago`, in whole units of the largest that fits. */
export function ageText(milliseconds: number): string {
  let count = Math.max(0, Math.floor(milliseconds / 1000));
  let name = "";
  for (const [unit, next] of AGES) {
    name = unit;
    if (count < next) break;
    count = Math.floor(count / next);
  }
  return `${count} ${name}${count === 1 ? "" : "s"} ago`;
}

/** Enough of a digest to tell it from others. */
export function shortDigest(digest: string): string {
  return digest.slice("sha256:".length, "sha256:".length + 12);
}
