/**
 * The option --timeline of commands that start a process: how long the parts of it took is told on stderr when the command is done, or in a
 * file as soon as the program has begun.
 */
import { RuntimeError } from "../../base/errors.ts";
import { terminalWidth, writeError } from "../../host/caller/output.ts";
import { Recorder } from "../../host/timeline/recorder.ts";
import type { Timeline } from "../../host/timeline/timeline.ts";
import { openTimelineFile } from "../../host/timeline-file.ts";
import type { Context } from "../line/context.ts";
import { formatTimeline } from "../text/timeline-text.ts";
import { formatTrace } from "../text/timeline-trace.ts";

interface Request {
  readonly id: string | undefined;
  /** As the option gives it. */
  readonly timeline: string | undefined;
}

interface Recorded {
  readonly command: string;
  readonly id: string;
  readonly timeline: string;
}

type Action = (context: Context) => number | Promise<number>;

/** Carries out a command, and measures it if that is asked for. */
export function timed(command: string, request: Request, context: Context, action: Action): number | Promise<number> {
  const { id = "", timeline } = request;
  return timeline === undefined ? action(context) : record({ command, id, timeline }, context, action);
}

/** A file that cannot be written is an error before anything is done. If the command fails, how far it came is told nevertheless. */
async function record({ command, id, timeline }: Recorded, context: Context, action: Action): Promise<number> {
  const { format, file } = parseTarget(timeline);
  const write = file === STDERR ? undefined : openTimelineFile(file);
  let stopped: Timeline | undefined;
  using recorder = new Recorder({ command, id }, (result) => {
    stopped = result;
    if (write !== undefined) attempt(() => write(format(result, undefined)), context);
  });
  try {
    return await action({ ...context, timeline: recorder });
  } finally {
    recorder.stop({ hasFailed: true }); // unless it has been stopped, as it is when the program has begun
    if (write === undefined && stopped !== undefined) writeError(format(stopped, terminalWidth()));
  }
}

const STDERR = "-";

type Format = (timeline: Timeline, width: number | undefined) => string;

const FORMATS: Readonly<Record<"text" | "json", Format>> = { text: formatTimeline, json: formatTrace };

/** `[text:|json:]FILE`, where `-` is stderr. */
function parseTarget(timeline: string): { readonly format: Format; readonly file: string } {
  const word = (["text", "json"] as const).find((name) => timeline.startsWith(`${name}:`));
  const file = word === undefined ? timeline : timeline.slice(word.length + 1);
  if (file !== "") return { format: FORMATS[word ?? (file.endsWith(".json") ? "json" : "text")], file };
  throw new RuntimeError("usage", `cannot write a timeline: ${JSON.stringify(timeline)} names no file`, {
    hint: "as in --timeline=json:trace, or --timeline=json:- for standard error",
  });
}

/** The program runs already: what is missing is only the file. */
function attempt(write: () => void, context: Context): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    context.warn(error.message);
  }
}
