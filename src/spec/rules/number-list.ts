/** Lists of processors or memory nodes in the kernel's format: `0-3,7`, or `0-31:2/4` for two of every four. */
import { parseRange, partsOfList } from "../../base/number-list.ts";

export function isNumberList(text: string): boolean {
  return isListOf(text, isRange);
}

/** As the files of a cpuset take it. */
export function isCpusetList(text: string): boolean {
  return isListOf(text, (part) => part === "all" || isRange(part));
}

function isListOf(text: string, isPart: (part: string) => boolean): boolean {
  const parts = partsOfList(text);
  return parts.length > 0 && parts.every(isPart);
}

function isRange(part: string): boolean {
  const range = parseRange(part);
  return range !== undefined && range.first <= range.last;
}
