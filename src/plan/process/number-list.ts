/** Lists of processors or memory nodes in the kernel's format, cpuset(7): `0-3,7`, or `0-31:2/4` for two of every four. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { numbersOfRange, parseRange, partsOfList } from "../../base/number-list.ts";

export interface NumberedThings {
  /** `processors` */
  readonly words: string;
  /** How many there can be at most. */
  readonly most: number;
  /** Which value of config.json the list is. */
  readonly origin: string;
}

export function parseNumberList(list: string, { words, most, origin }: NumberedThings): readonly number[] {
  return partsOfList(list).flatMap((part) => {
    const range = parseRange(part);
    if (range === undefined || range.last >= most || range.group === 0) {
      throw new RuntimeError("config", `cannot use the ${words} ${JSON.stringify(part)}: the last one is ${most - 1}`, { pointer: origin });
    }
    return numbersOfRange(range);
  });
}
