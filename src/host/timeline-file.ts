/** The files of --timeline: written by commands that start something, read by `explain`. */

import { absolutePath } from "../sys/call/working-directory.ts";
import { readText } from "../sys/file/file.ts";
import { openOutputFile } from "./caller/output-file.ts";

/** Bytes. A plan of a thousand mounts makes less than one of these. */
const LARGEST = 16 << 20;

/** Throws if it cannot be written. */
export function openTimelineFile(path: string): (text: string) => void {
  return openOutputFile(absolutePath(path), { what: "timeline", option: "--timeline", mode: "replace" });
}

export function readTimelineFile(path: string): string {
  return readText(absolutePath(path), { limit: LARGEST });
}
