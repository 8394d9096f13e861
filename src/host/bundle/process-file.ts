/** The file of `exec --process`: what of it is wrong, and where. */
import { type ErrorDetail, RuntimeError } from "../../base/errors.ts";
import { Places } from "../../spec/json-positions.ts";
import type { Process } from "../../spec/types.ts";
import { LARGEST_FILE, parseProcess } from "../../spec/validate.ts";
import { readText } from "../../sys/file/file.ts";

export interface ProcessFile {
  readonly process: Process;
  readonly warnings: readonly string[];
  readonly name: string;
  readonly text: string;
}

/** Rejects with code "config" and every problem at once. */
export async function readProcessFile(name: string): Promise<ProcessFile> {
  const text = readText(name, { limit: LARGEST_FILE });
  try {
    return { ...(await parseProcess(text, name)), name, text };
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const { pointer: _, ...detail } = error.detail; // the message has the place of each
    throw new RuntimeError(error.code, error.message, detail);
  }
}

const PROCESS = "/process";

/**
 * The detail of an error that names a value of the process: where that stands in the file. Without a file it may be an option's as well as
 * config.json's, and the message has the value itself.
 */
export function placeInProcess(file: ProcessFile | undefined, { pointer, ...detail }: ErrorDetail): ErrorDetail {
  if (!pointer?.startsWith(PROCESS)) return pointer === undefined ? detail : { ...detail, pointer };
  if (file === undefined) return detail;
  const inFile = pointer.slice(PROCESS.length);
  const places = new Places(file.text, [inFile]);
  const { line, column } = places.place(places.nearestSpan(inFile));
  return { ...detail, pointer: inFile, location: `${file.name}:${line}:${column}` };
}
