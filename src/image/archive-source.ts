/**
 * An archive to import, of whatever kind. It is read twice: to find out what it is, for which all of it counts, and to import it. What comes from a
 * pipe is written down meanwhile, and an image in compressed form is so uncompressed.
 */
import { RuntimeError } from "../base/errors.ts";
import { LayerSource, uncompressed } from "../layers/compression.ts";
import { writeAll } from "../sys/fd.ts";
import { OPEN, openFile, tryUnlink } from "../sys/file.ts";
import { ArchiveSurvey, surveyFile } from "./archive-survey.ts";
import { readChunks } from "./file-chunks.ts";
import { archiveFiles, type FileSet } from "./file-set.ts";
import { findImageKind, type ImageKind } from "./image-kind.ts";
import { compressionOf } from "./media-types.ts";
import { type Progress, told } from "./progress.ts";

export interface Archive {
  /** For messages. */
  readonly origin: string;
  /** Of a regular file, and its size; a pipe has none and can be read once. */
  readonly file?: { readonly path: string; readonly size: number };
  readonly stream: () => AsyncIterable<Uint8Array>;
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
  const surveyed = await surveyArchive(archive, place);
  const { path, survey } = surveyed;
  const files = survey.hasMarkers ? await filesOf(surveyed, archive.origin, place) : undefined;
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

async function surveyArchive(archive: Archive, { progress, scratchPath }: Workplace): Promise<Surveyed> {
  const { origin, file } = archive;
  const survey = new ArchiveSurvey();
  try {
    if (file !== undefined && (await isPlain(file.path))) {
      surveyFile(file.path, survey);
      return { path: file.path, survey, isCompressed: false };
    }
    progress.begin(`reading ${origin}`, file?.size);
    const path = file?.path ?? scratchPath();
    const stream = told(archive.stream(), progress);
    const source = new LayerSource(file === undefined ? writtenTo(path, stream) : stream);
    for await (const chunk of uncompressed(source)) survey.push(chunk);
    const { size } = await source.readToEnd();
    if (size === 0) throw new RuntimeError("integrity", `cannot import ${origin}: it is empty`);
    survey.end();
    progress.end();
    return { path, survey, isCompressed: source.isCompressed };
  } catch (error) {
    throw described(error, origin, survey);
  }
}

/** Not compressed, as far as its first bytes say. */
async function isPlain(path: string): Promise<boolean> {
  for await (const chunk of readChunks(path)) return compressionOf(chunk) === "none";
  return false;
}

async function* writtenTo(path: string, stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  using fd = openFile(path, OPEN.write | OPEN.create | OPEN.exclusive, 0o600);
  for await (const chunk of stream) {
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
async function filesOf({ path, survey, isCompressed }: Surveyed, origin: string, { progress, scratchPath }: Workplace): Promise<FileSet> {
  if (!isCompressed) return archiveFiles(path, origin, survey);
  const plain = scratchPath();
  progress.begin(`uncompressing ${origin}`, undefined);
  for await (const _ of writtenTo(plain, uncompressed(new LayerSource(told(readChunks(path), progress)))));
  progress.end();
  return archiveFiles(plain, origin, survey);
}
