/** lamina explain */
import { resultWidth } from "../../host/caller/output.ts";
import { explainBundle } from "../../host/explain.ts";
import { readTimelineFile } from "../../host/timeline-file.ts";
import { withLayers } from "../layers/layer-finder.ts";
import type { Arguments } from "../line/arguments.ts";
import { CREATION, ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import { JSON_OR_TEXT } from "../line/format-option.ts";
import type { CommandRow } from "../line/table-row.ts";
import { readTrace } from "../text/timeline-reading.ts";
import { formatTimeline } from "../text/timeline-text.ts";
import { formatTrace } from "../text/timeline-trace.ts";

export const ROW = {
  summary: "print the steps that create would take",
  details:
    "Prints every step and the value in config.json that asks for it, without executing anything. In JSON, steps are numbered from 1 and 64-bit integers are decimal strings. With --timeline it prints what a start took that was recorded before.",
  positionals: [{ ...ID, optional: true }],
  options: [
    ...CREATION,
    JSON_OR_TEXT,
    { name: "timeline", type: "string", value: "file", summary: "show this recording, made by --timeline=FILE.json, instead of a plan" },
  ],
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  const { timeline, format } = args;
  context.print(timeline === undefined ? await explainPlan(args, context) : explainTimeline(timeline, format));
  return 0;
}

async function explainPlan(args: Arguments<typeof ROW>, context: Context): Promise<string> {
  const { formatPlanJson, formatPlanText } = await import("../text/explain-text.ts");
  const explanation = await explainBundle(args, withLayers(context, { keep: false }));
  return args.format === "json" ? formatPlanJson(explanation) : formatPlanText(explanation);
}

function explainTimeline(file: string, format: "text" | "json"): string {
  const timeline = readTrace(readTimelineFile(file), file);
  return format === "json" ? formatTrace(timeline) : formatTimeline(timeline, resultWidth());
}
