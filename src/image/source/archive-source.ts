/**
 * An archive to import, of whatever kind. It is read twice: to find out what it is, for which all of it counts, and to import it. What comes from a
 * pipe is written down meanwhile, and an image in compressed form is so uncompressed.
 */
import { RuntimeError } from "../../base/errors.ts";
import { compressionOf } from "../../layers/archive/compression.ts";
import { writeAll } from "../../sys/call/fd.ts";
import { OPEN, openFile, tryUnlink } from "../../sys/file/file.ts";
import { readChunks } from "../stream/file-chunks.ts";
import type { Progress } from "../stream/progress.ts";
import { Reading } from "../stream/reading.ts";
import { ArchiveSurvey, surveyFile } from "./archive-survey.ts";
import { archiveFiles, type FileSet } from "./file-set.ts";
import { findImageKind, type ImageKind } from "./image-kind.ts";

export interface Archive {
  /** For messages. */
  readonly origin: string;
  /** Of a regular file, and its size; a pipe has none and can be read once. */
  readonly file?: { readonly path: string; readonly size: number };
  readonly stream: () => Generator<Uint8Array, void>;
}

export type OpenedArchive =
  | { readonly is: "image"; readonly kind: ImageKind; readonly files: FileSet }
  /** The archive as it came, in a regular file. */
  | { readonly is: "root filesystem"; readonly path: string };

interface Workplace {
  /** The path of a file that may be made. */
  scratchPath(): string;
  readonly progress: Progress;
}

/** Calls `use` with what the archive is; the files are there until it is done. */
export async function withArchive<T>(archive: Archive, place: Workplace, use: (opened: OpenedArchive) => Promise<T>): Promise<T> {
  const made: string[] = [];
  const scratchPath = (): string => {
    const path = place.scratchPath();
    made.push(path);
    return path;
  };
  try {
    return await use(await openArchive(archive, { ...place, scratchPath }));
  } finally {
    for (const path of made) tryUnlink(path);
  }
}

async function openArchive(archive: Archive, place: Workplace): Promise<OpenedArchive> {
  const surveyed = surveyArchive(archive, place);
  const { path, survey } = surveyed;
  const files = survey.hasMarkers ? filesOf(surveyed, archive.origin, place) : undefined;
  const kind = files && (await findImageKind(files));
  if (files !== undefined && kind !== undefined) {
    if (!survey.isTooLong) return { is: "image", kind, files };
    throw new RuntimeError("integrity", `cannot import ${archive.origin}: it has too many files for an image`);
  }
  if (!survey.isPartsOnly) return { is: "root filesystem", path };
  throw new RuntimeError(
    "integrity",
    `cannot import ${archive.origin}: it has parts of an image, but no manifest.json or index.json that names them`,
  );
}

interface Surveyed {
  /** The archive as it came, in a regular file. */
  readonly path: string;
  readonly survey: ArchiveSurvey;
  readonly isCompressed: boolean;
}

function surveyArchive(archive: Archive, { progress, scratchPath }: Workplace): Surveyed {
  const { origin, file } = archive;
  const survey = new ArchiveSurvey();
  try {
    if (file !== undefined && isPlain(file.path)) {
      surveyFile(file.path, survey);
      return { path: file.path, survey, isCompressed: false };
    }
    progress.begin(`reading ${origin}`, file?.size);
    const path = file?.path ?? scratchPath();
    using reading = new Reading(file === undefined ? writtenTo(path, archive.stream()) : archive.stream(), progress);
    for (const chunk of reading.content()) survey.push(chunk);
    if (reading.isEmpty) throw new RuntimeError("integrity", `cannot import ${origin}: it is empty`);
    survey.end();
    progress.end();
    return { path, survey, isCompressed: reading.compression !== "none" };
  } catch (error) {
    throw described(error, origin, survey);
  }
}

/** Not compressed, as far as its first bytes say. */
function isPlain(path: string): boolean {
  for (const chunk of readChunks(path)) return compressionOf(chunk) === "none";
  return false;
}

function* writtenTo(path: string, stream: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  using fd = openFile(path, OPEN.write | OPEN.create | OPEN.exclusive, 0o600);
  for (const chunk of stream) {
    writeAll(fd.number, chunk, path);
    yield chunk;
  }
}

function described(error: unknown, origin: string, survey: ArchiveSurvey): unknown {
  if (!(error instanceof RuntimeError) || error.message.includes(origin)) return error;
  const isNone = survey.isEmpty && error.message.startsWith("cannot read the archive: ");
  const reason = isNone ? "it is no tar archive, nor one compressed by gzip or zstd" : error.message;
  return new RuntimeError(error.code, `cannot import ${origin}: ${reason}`, { ...error.detail, cause: error });
}

/** Files can be read one by one where the archive is not compressed. */
function filesOf({ path, survey, isCompressed }: Surveyed, origin: string, { progress, scratchPath }: Workplace): FileSet {
  if (!isCompressed) return archiveFiles(path, origin, survey);
  const plain = scratchPath();
  progress.begin(`uncompressing ${origin}`, undefined);
  using reading = new Reading(readChunks(path), progress);
  for (const _ of writtenTo(plain, reading.content()));
  progress.end();
  return archiveFiles(plain, origin, survey);
}
