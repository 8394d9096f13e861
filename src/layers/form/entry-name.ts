/** What the name of an archive entry asks for: a path in the layer, or one of the markers of the image-spec (layer.md). Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { shown } from "../../tar/entry.ts";

export const WHITEOUT_PREFIX = ".wh.";
export const OPAQUE_MARKER = ".wh..wh..opq";
/** Other files of aufs's own. */
const AUFS_PREFIX = ".wh..wh.";

export type EntryName =
  /** "" is the layer's root. */
  | { readonly is: "path"; readonly path: string }
  | { readonly is: "whiteout"; readonly path: string }
  | { readonly is: "opaque"; readonly directory: string }
  | { readonly is: "ignored" };

export function parseEntryName(name: string): EntryName {
  const path = layerPath(name, name);
  if (!path.includes(WHITEOUT_PREFIX)) return { is: "path", path };
  const parts = path.split("/");
  if (parts.some((part) => part.startsWith(AUFS_PREFIX) && part !== OPAQUE_MARKER)) return { is: "ignored" };
  const last = parts.pop() ?? "";
  const directory = parts.join("/");
  if (parts.some((part) => part.startsWith(WHITEOUT_PREFIX))) throw cannotUnpack(name, "a whiteout is no directory");
  if (last === OPAQUE_MARKER) return { is: "opaque", directory };
  if (!last.startsWith(WHITEOUT_PREFIX)) return { is: "path", path };
  const hidden = last.slice(WHITEOUT_PREFIX.length);
  if (hidden === "" || hidden === "." || hidden === "..") throw cannotUnpack(name, "a whiteout without a name to hide");
  return { is: "whiteout", path: directory === "" ? hidden : `${directory}/${hidden}` };
}

/**
 * The path in the layer that the name or hardlink target `text` of the entry `name` means: without ".", ".." and doubled slashes, and counted from
 * the layer's root, from where an absolute one counts as well. Refuses what leads out.
 */
export function layerPath(text: string, name: string): string {
  const inner = text.startsWith("./") ? text.slice(2) : text; // as GNU tar writes all that it finds in "."
  if (isClean(inner)) return inner;
  const parts: string[] = [];
  for (const part of text.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) throw leadsOut(text, name);
  }
  return parts.join("/");
}

function isClean(text: string): boolean {
  return !text.startsWith("/") && !text.startsWith(".") && !text.endsWith("/") && !text.includes("//") && !text.includes("/.");
}

function leadsOut(text: string, name: string): RuntimeError {
  const subject = text === name ? "its name" : `its target ${shown(text)}`;
  return cannotUnpack(name, `${subject} leads out of the layer`);
}

/** Code "integrity": the layer cannot be trusted. */
export function cannotUnpack(name: string, reason: string): RuntimeError {
  return new RuntimeError("integrity", `cannot unpack ${shown(name)}: ${reason}`);
}

/** "usr" for "usr/bin", "" for "usr". */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function joinPath(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}
