/** Reads a file out of unpacked layers without mounting them. The layers are foreign: no link in them is followed. */
import { readAll } from "../sys/fd.ts";
import { OPEN, openFile, statIfThere } from "../sys/file.ts";
import { readXattrIfThere } from "../sys/xattr.ts";

const OPAQUE = ["trusted.overlay.opaque", "user.overlay.opaque"];

/** The text of `path` as an overlay of `lowers`, the top first, would show it; undefined if there is no regular file without a link on the way. */
export function readLayeredFile(lowers: readonly string[], path: string): string | undefined {
  const parts = path.split("/").filter((part) => part !== "");
  for (const lower of lowers) {
    const found = lookIn(lower, parts);
    if (found === "hidden") return undefined;
    if (found !== undefined) return found.text;
  }
  return undefined;
}

/** undefined = this layer says nothing, and the next one below decides. */
function lookIn(lower: string, parts: readonly string[]): { text: string } | "hidden" | undefined {
  let at = lower;
  let isOpaque = false;
  for (const [i, part] of parts.entries()) {
    at = `${at}/${part}`;
    const status = statIfThere(at, false);
    if (status === undefined) return isOpaque ? "hidden" : undefined;
    const isLast = i === parts.length - 1;
    if (isLast && status.kind === "file") return { text: readRegular(at) };
    if (isLast || status.kind !== "directory") return "hidden"; // a whiteout, a link, or something else in its place
    isOpaque ||= isOpaqueDirectory(at);
  }
  return "hidden";
}

function readRegular(path: string): string {
  using fd = openFile(path, OPEN.read | OPEN.noFollow | OPEN.nonBlock);
  return readAll(fd.number, path).toString();
}

function isOpaqueDirectory(path: string): boolean {
  using fd = openFile(path, OPEN.read | OPEN.directory | OPEN.noFollow);
  return OPAQUE.some((name) => readXattrIfThere(fd.number, "", name) === "y");
}
