/** The formats of cgroup files that count something. What is missing, or cannot be read, counts as nothing at all. */
import { readCgroupFile } from "../cgroup/cgroup-file.ts";

export type Count = bigint;

/** What v1 and v2 call no limit, as runc tells it. */
export const NO_LIMIT: Count = (1n << 64n) - 1n;

/** A single number, or `max`. */
export function readCount(directory: string | undefined, file: string): Count | undefined {
  return directory === undefined ? undefined : parseCount(readCgroupFile(`${directory}/${file}`));
}

export function parseCount(text: string | undefined): Count | undefined {
  if (text === "max") return NO_LIMIT;
  if (text === undefined || !/^-?\d+$/.test(text)) return undefined;
  const count = BigInt(text);
  return count < 0n ? 0n : count; // the kernel's counters can be behind for a moment
}

/** Lines of a name and a number. */
export function readTable(directory: string | undefined, file: string): ReadonlyMap<string, Count> {
  const table = new Map<string, Count>();
  for (const line of readLines(directory, file)) {
    const [name = "", text] = line.split(" ");
    const count = parseCount(text);
    if (count !== undefined) table.set(name, count);
  }
  return table;
}

/** None if there is no such file. */
export function readLines(directory: string | undefined, file: string): string[] {
  const text = directory === undefined ? undefined : readCgroupFile(`${directory}/${file}`);
  return text === undefined || text === "" ? [] : text.split("\n");
}

/** Numbers between blanks. */
export function readCounts(directory: string | undefined, file: string): Count[] {
  return readLines(directory, file)
    .join(" ")
    .split(/\s+/)
    .flatMap((word) => parseCount(word) ?? []);
}

/** `0-2,7` */
export function parseList(text: string): number[] {
  return text
    .split(",")
    .filter((part) => part !== "")
    .flatMap((part) => {
      const [first = 0, last = first] = part.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}
