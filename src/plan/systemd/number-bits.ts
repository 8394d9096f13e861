/** A list of processors or memory nodes, such as `0-3,7` → a bit for each, in bytes, the lowest first: as systemd takes them. Pure. */
import { numbersOfRange, parseRange, partsOfList } from "../../base/number-list.ts";

/** More than any kernel is built for. */
const MOST = 8192;

/** Undefined for what is no such list. */
export function numbersOf(list: string): bigint[] | undefined {
  const bytes: bigint[] = [];
  for (const part of partsOfList(list)) {
    const range = parseRange(part);
    if (range === undefined || range.last >= MOST || range.group === 0) return undefined;
    for (const number of numbersOfRange(range)) setBit(bytes, number);
  }
  return bytes;
}

function setBit(bytes: bigint[], number: number): void {
  const at = number >> 3;
  while (bytes.length <= at) bytes.push(0n);
  bytes[at] = (bytes[at] ?? 0n) | (1n << BigInt(number & 7));
}
