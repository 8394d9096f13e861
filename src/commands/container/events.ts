/** lamina events */
import { RuntimeError } from "../../base/errors.ts";
import { formatWideJson } from "../../base/wide-json.ts";
import { writeResult } from "../../host/caller/output.ts";
import type { Event } from "../../host/stats/events.ts";
import type { Arguments } from "../line/arguments.ts";
import { ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { parseDuration } from "../text/duration.ts";

export const ROW = {
  summary: "print what a container uses, and when it runs out of memory",
  details:
    "Prints a line of JSON with the container's statistics at each interval, and one whenever it was out of memory, until it ends. The names and units are runc's; on cgroup v2 the time that processes waited is there too.",
  positionals: [ID],
  options: [
    { name: "interval", type: "string", default: "5s", value: "duration", summary: "time between statistics, such as 5s or 100ms" },
    { name: "stats", type: "boolean", summary: "print the statistics once, and exit" },
  ],
} as const satisfies CommandRow;

export async function run({ id, stats, interval }: Arguments<typeof ROW>, context: Context): Promise<number> {
  const milliseconds = requireInterval(interval);
  const { containerStats, watchContainer } = await import("../../host/stats/events.ts");
  if (stats) context.print(line(containerStats(id, context)));
  // each at once: whoever reads them waits for the next one
  else watchContainer(id, milliseconds, (event) => writeResult(line(event)), context);
  return 0;
}

function line(event: Event): string {
  return `${formatWideJson(event)}\n`;
}

function requireInterval(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) {
    throw new RuntimeError("usage", `cannot run "lamina events": option --interval must be a duration, not ${JSON.stringify(text)}`, {
      hint: "accepted are numbers with a unit, such as 5s, 1m30s or 100ms",
    });
  }
  if (milliseconds > 0) return milliseconds;
  throw new RuntimeError("usage", "duration interval must be greater than 0", { hint: `--interval is ${text}` });
}
