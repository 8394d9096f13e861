/** Lists of numbers and ranges as the kernel reads them, with commas or blanks between them, and as many as one likes. Pure. */

/** `0-3` and `7` of `0-3,7`. */
export function partsOfList(text: string): readonly string[] {
  return text.split(/[,\s]+/).filter((part) => part !== "");
}

/** Of every `group` numbers from `first` to `last` the first `used`. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
  readonly used: number;
  readonly group: number;
}

const RANGE = /^(\d+)(?:-(\d+)(?::(\d+)\/(\d+))?)?$/;

/** `7`, `0-3`, or `0-31:2/4` for two of every four; undefined for what is none of them. */
export function parseRange(part: string): NumberRange | undefined {
  const [, first, last = first, used = "1", group = "1"] = RANGE.exec(part) ?? [];
  return first === undefined ? undefined : { first: Number(first), last: Number(last), used: Number(used), group: Number(group) };
}

export function numbersOfRange({ first, last, used, group }: NumberRange): readonly number[] {
  const all = Array.from({ length: last - first + 1 }, (_, i) => i);
  return all.filter((i) => i % group < used).map((i) => first + i);
}
