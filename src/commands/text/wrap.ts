/** Text in a column: lines of a given width, and nothing in them that a terminal would act upon. Pure. */

/** Writes control characters, and those that turn the direction of writing, as `\u{7}`, and bytes that are not UTF-8 as `\xff`. */
export function visible(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text; // nearly always, and found out in a tenth of the time
  return text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= 0xdc80 && code <= 0xdcff ? `\\x${(code - 0xdc00).toString(16)}` : `\\u{${code.toString(16)}}`;
  });
}

const PRINTABLE_ASCII = /^[ -~]*$/;

/** Lines of at most `width` characters. A word that is longer is cut, behind a comma or slash where it has one. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => cut([...one], width))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if ([...longer].length <= width) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
}

function cut(word: readonly string[], width: number): string[] {
  if (word.length <= width) return [word.join("")];
  const head = word.slice(0, width);
  const at = Math.max(head.lastIndexOf(","), head.lastIndexOf("/"));
  const end = at >= width / 3 ? at + 1 : width;
  return [word.slice(0, end).join(""), ...cut(word.slice(end), width)];
}
