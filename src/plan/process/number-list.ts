/** Lists of processors or memory nodes in the kernel's format, cpuset(7): `0-3,7`, or `0-31:2/4` for two of every four. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { partsOfList } from "../../base/number-list.ts";

/** Of every `group` numbers from `first` to `last` the first `used`. */
const RANGE = /^(\d+)(?:-(\d+)(?::(\d+)\/(\d+))?)?$/;

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
    const [, first = "", last = first, used = "1", group = "1"] = RANGE.exec(part) ?? [];
    if (first === "" || Number(last) >= most || Number(group) === 0) {
      throw new RuntimeError("config", `cannot use the ${words} ${JSON.stringify(part)}: the last one is ${most - 1}`, { pointer: origin });
    }
    const all = Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => i);
    return all.filter((i) => i % Number(group) < Number(used)).map((i) => Number(first) + i);
  });
}
