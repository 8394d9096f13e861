/** The limits that `update` reads from a file or from standard input: linux.resources of config.json, alone. */
import { RuntimeError } from "../../base/errors.ts";
import { decodeText } from "../../base/text.ts";
import type { Resources } from "../../spec/types.ts";
import { LARGEST_FILE, parseResources, type Warnings } from "../../spec/validate.ts";
import { tryReadAll } from "../../sys/call/fd.ts";
import { kernelError } from "../../sys/call/libc.ts";
import { readTextIfThere } from "../../sys/file/file.ts";
import { placeIn } from "./config-place.ts";

export interface ResourcesFile {
  readonly resources: Resources;
  readonly warnings: Warnings;
  /** Where a value of it stands; undefined for the whole. */
  find(pointer: string): { readonly location: string; readonly pointer: string } | undefined;
}

const STDIN = 0;

/** `-` is standard input. Rejects with code "config" if the content is not valid. */
export async function readLimits(path: string): Promise<ResourcesFile> {
  const file = path === "-" ? "standard input" : path;
  const text = path === "-" ? readStandardInput() : readTextIfThere(path, { limit: LARGEST_FILE });
  if (text === undefined)
    throw new RuntimeError("not-found", `open ${path}: no such file or directory`, { hint: "--resources - reads standard input" });
  try {
    return { ...(await parseResources(text, file)), find: (pointer) => placeIn(file, text, pointer) };
  } catch (error) {
    if (!(error instanceof RuntimeError) || error.detail.pointer === undefined) throw error;
    throw new RuntimeError(error.code, error.message, { ...error.detail, location: `${file}:`, cause: error });
  }
}

function readStandardInput(): string {
  const read = tryReadAll(STDIN, LARGEST_FILE);
  if (typeof read === "number") throw kernelError(-read, "read(2)", "read the limits from standard input");
  return decodeText(read);
}
