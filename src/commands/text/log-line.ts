/** One line of a log, as runc writes it: engines parse the json form and show the last line of level error. Pure. */
import { plainJson } from "../../base/plain-json.ts";

export type Level = "error" | "warning" | "debug";

/** With the newline that ends it, and without any other. */
export function formatLogLine(
  format: "text" | "json",
  entry: { readonly level: Level; readonly message: string; readonly time: Date },
): string {
  const { level, message: msg } = entry;
  const time = entry.time.toISOString().replace(/\.\d+Z$/, "Z");
  if (format === "json") return `${plainJson(JSON.stringify({ level, msg, time }))}\n`;
  return `time=${JSON.stringify(time)} level=${level} msg=${plainJson(JSON.stringify(msg))}\n`;
}
