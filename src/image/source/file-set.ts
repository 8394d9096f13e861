/** The files of an image to import, by name, whether they lie in a directory or in an archive. */
import type { Bytes } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { isWithin } from "../../base/paths.ts";
import { realPath, statIfThere } from "../../sys/file/file.ts";
import { byteString } from "../../sys/file/tree.ts";
import { collect, type Extent, readChunks } from "../stream/file-chunks.ts";
import { type ArchiveSurvey, cleanName } from "./archive-survey.ts";

export interface FileSet {
  /** For error messages. */
  readonly origin: string;
  has(name: string): boolean;
  /** Throws "not-found". */
  size(name: string): number;
  read(name: string): Generator<Uint8Array, void>;
  /** Throws "integrity" if it is larger than `limit`. */
  readWhole(name: string, limit: number): Promise<Bytes>;
}

interface Place {
  readonly path: string;
  readonly extent: Extent;
}

/** `find` says where a file lies, if there is one of that name. */
function fileSet(origin: string, find: (name: string) => Place | undefined): FileSet {
  const need = (name: string): Place => {
    const place = find(name);
    if (place === undefined) throw new RuntimeError("not-found", `cannot read ${name} in ${origin}: there is no such file`);
    return place;
  };
  const read = (name: string): Generator<Uint8Array, void> => {
    const { path, extent } = need(name);
    return readChunks(path, extent);
  };
  return {
    origin,
    has: (name) => find(name) !== undefined,
    size: (name) => need(name).extent.size,
    read,
    readWhole: async (name, limit) => {
      const { size } = need(name).extent;
      if (size > limit) {
        throw new RuntimeError("integrity", `cannot read ${name} in ${origin}: it has ${size} bytes, and ${limit} are accepted`);
      }
      return collect(read(name));
    },
  };
}

/** Links are followed. Only what is checked by its digest, and what says so, may lie elsewhere: some builders make layouts of links. */
export function directoryFiles(directory: string): FileSet {
  return fileSet(directory, (name) => {
    const clean = cleanName(name);
    const path = `${directory}/${clean}`;
    const status = statIfThere(path);
    if (status?.kind !== "file") return undefined;
    const mayLead = clean === "oci-layout" || clean === "index.json" || clean.startsWith("blobs/");
    if (!mayLead && !isWithin(realPath(path), realPath(directory))) return undefined;
    return { path, extent: { offset: 0, size: status.size } };
  });
}

/** `path` is the uncompressed tar that was surveyed, which stays as it is while the set is in use. */
export function archiveFiles(path: string, origin: string, survey: ArchiveSurvey): FileSet {
  return fileSet(origin, (name) => {
    const extent = survey.find(byteString(name));
    return extent && { path, extent };
  });
}
