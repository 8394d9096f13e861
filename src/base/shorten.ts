/** Texts of any length made short enough to be read. Pure. */

/** The beginning and the end of a longer text, and how much is left out between them. */
export function shortenMiddle(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const tail = Math.floor(longest / 4);
  const head = longest - tail;
  const left = text.length - head - tail;
  return `${whole(text.slice(0, head))} … (${left} characters left out) … ${whole(text.slice(-tail))}`;
}

/** The first and the last of more lines, and how many are left out between them. */
export function shortenLines(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines;
  const tail = Math.floor(most / 4);
  const head = most - tail;
  return [...lines.slice(0, head), `… (${lines.length - head - tail} lines left out) …`, ...lines.slice(-tail)];
}

/** Without the half of a character at either end. */
function whole(text: string): string {
  return text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
}
