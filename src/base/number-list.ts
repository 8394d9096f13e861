/** Lists of numbers and ranges as the kernel reads them, with commas or blanks between them, and as many as one likes. Pure. */

/** `0-3` and `7` of `0-3,7`. */
export function partsOfList(text: string): readonly string[] {
  return text.split(/[,\s]+/).filter((part) => part !== "");
}
