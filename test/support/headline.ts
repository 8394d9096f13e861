/** How a runtime reports an error: one sentence first, then indented lines that only explain it. */

const PROBLEM = "config.json:";

/** The lines of `stderr` that are sentences of their own; one clear error has exactly one. All problems of config.json count as one. */
export function headlines(stderr: string): string[] {
  const lines = stderr.split("\n").filter((line) => line !== "" && !line.startsWith(" "));
  return lines.filter((line, at) => at === 0 || !(line.startsWith(PROBLEM) && lines[at - 1]?.startsWith(PROBLEM)));
}

/** The message of the last line of level `error` in a log of JSON lines, which is the one that engines show. */
export function lastError(log: string): string {
  const entries = log
    .split("\n")
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
  const errors = entries.filter((entry) => typeof entry === "object" && entry !== null && "level" in entry && entry.level === "error");
  const last = errors.at(-1);
  return typeof last === "object" && last !== null && "msg" in last ? String(last.msg) : "";
}

/**
 * The same from whichever Go runc is built with. Of a directory as the program that says since 1.20 that it is one, before that what execve(2)
 * does; lamina says both, because engines look for either.
 */
export function withoutGo(words: string): string {
  return words.replace(/is a directory(: permission denied)?/, "permission denied");
}
