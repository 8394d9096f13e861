/** The files of an image to import, by name, whether they lie in a directory or in an archive. */
import { RuntimeError } from "../base/errors.ts";
import { statIfThere } from "../sys/file.ts";
import { indexArchive } from "./archive-index.ts";
import { type Extent, readChunks } from "./file-chunks.ts";

export interface FileSet {
  /** For error messages. */
  readonly origin: string;
  has(name: string): boolean;
  /** Throws "not-found". */
  size(name: string): number;
  read(name: string): AsyncIterable<Uint8Array>;
  /** Throws "integrity" if it is larger than `limit`. */
  readWhole(name: string, limit: number): Promise<Buffer>;
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
  const read = (name: string): AsyncIterable<Uint8Array> => {
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
      return Buffer.concat(await Array.fromAsync(read(name)));
    },
  };
}

export function directoryFiles(directory: string): FileSet {
  return fileSet(directory, (name) => {
    const path = `${directory}/${name}`;
    return statIfThere(path)?.kind === "file" ? { path, extent: { offset: 0, size: Bun.file(path).size } } : undefined;
  });
}

/** `path` is an uncompressed tar, which stays as it is while the set is in use. */
export async function archiveFiles(path: string, origin: string): Promise<FileSet> {
  const extents = await indexArchive(path);
  return fileSet(origin, (name) => {
    const extent = extents.get(name);
    return extent === undefined ? undefined : { path, extent };
  });
}
