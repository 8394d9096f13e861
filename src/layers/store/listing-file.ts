/** The lines of `listTree` as a file. Some are in memory at a time, so a layer may have any number of files. */
import { RuntimeError } from "../../base/errors.ts";
import { decodeText, encodeText } from "../../base/text.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { FRAME, readFrames, writeFrame } from "../archive/frame-file.ts";

/** In the directory of a layer. */
export const LISTING = "tree.rec";

export function writeListing(directory: string, lines: Iterable<string>): void {
  const path = `${directory}/${LISTING}`;
  using file = openFile(path, OPEN.write | OPEN.create | OPEN.exclusive, 0o600);
  let text = "";
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < FRAME) continue;
    writeFrame(file, encodeText(text), path);
    text = "";
  }
  if (text !== "") writeFrame(file, encodeText(text), path);
}

/** Throws code "integrity" for a file that is missing or damaged. */
export function* readListing(directory: string): Generator<string> {
  try {
    for (const frame of readFrames(`${directory}/${LISTING}`)) {
      const lines = decodeText(frame).split("\n");
      lines.pop();
      yield* lines;
    }
  } catch (cause) {
    if (!(cause instanceof RuntimeError)) throw cause;
    throw new RuntimeError("integrity", `the list of the layer's files ${directory}/${LISTING} is missing or damaged`, { cause });
  }
}
