/**
 * Which kind of image a set of files is. Nothing decides but what the files of an image are for: oci-layout and index.json, or manifest.json. A set
 * that is one of these and damaged is an error; only one that has nothing of them is no image.
 */
import { RuntimeError } from "../../base/errors.ts";
import { parseJson } from "../format/json-shape.ts";
import type { FileSet } from "./file-set.ts";

export type ImageKind = "layout" | "docker";

const LARGEST = 16 * 1024 * 1024;

/** undefined if the files are no image's. An archive of newer docker versions is both kinds, and the layout tells more. */
export async function findImageKind(files: FileSet): Promise<ImageKind | undefined> {
  if (files.has("oci-layout")) return requireFile(files, "index.json", "layout");
  const manifest = await readObject(files, "manifest.json");
  if (Array.isArray(manifest)) return "docker";
  if (isDocument(manifest))
    throw damaged(files, "it was written by skopeo as dir:", "lamina image pull dir:DIRECTORY NAME reads it", "unsupported");
  if (isDocument(await readObject(files, "index.json"))) return requireFile(files, "oci-layout", "layout");
  return undefined;
}

/** A text that is not even JSON is a damaged image's, or nobody's; some root filesystems have an index.json of their own. */
async function readObject(files: FileSet, name: string): Promise<unknown> {
  if (!files.has(name)) return undefined;
  try {
    return parseJson(await files.readWhole(name, LARGEST), `${name} in ${files.origin}`);
  } catch (cause) {
    if (!(cause instanceof RuntimeError)) throw cause;
    const hint = `an image has that file at its top; a root filesystem that has one of its own is taken without it`;
    throw new RuntimeError(cause.code, cause.message, { cause, hint });
  }
}

/** An image index or manifest (image-spec), whatever else may be wrong with it. */
function isDocument(value: unknown): boolean {
  return typeof value === "object" && value !== null && "schemaVersion" in value && ("manifests" in value || "config" in value);
}

function requireFile(files: FileSet, name: string, kind: ImageKind): ImageKind {
  if (files.has(name)) return kind;
  throw damaged(files, `it is an OCI image layout, and ${name} is missing`);
}

function damaged({ origin }: FileSet, reason: string, hint?: string, code: "integrity" | "unsupported" = "integrity"): RuntimeError {
  return new RuntimeError(code, `cannot import ${origin}: ${reason}`, hint === undefined ? {} : { hint });
}
