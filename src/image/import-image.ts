/** Imports whatever an image may come as: an OCI layout (directory or archive), a docker save archive, or a tar of a root filesystem. */
import { RuntimeError } from "../base/errors.ts";
import { LayerSource, uncompressed } from "../layers/compression.ts";
import { writeAll } from "../sys/fd.ts";
import { OPEN, openFile, statIfThere, tryUnlink } from "../sys/file.ts";
import type { Added, Adding } from "./add-image.ts";
import { addRoot } from "./add-index.ts";
import { addSavedImage, readSavedImages } from "./docker-source.ts";
import { readChunks, readStandardInput } from "./file-chunks.ts";
import { archiveFiles, directoryFiles, type FileSet } from "./file-set.ts";
import { requireImageName } from "./image-name.ts";
import { chooseRef, layoutBlobs, readLayoutImages } from "./oci-source.ts";
import { peekArchive } from "./peek-archive.ts";
import { told } from "./progress.ts";
import { addRootArchive, type RootArchive } from "./rootfs-source.ts";

export interface ImportRequest {
  /** A directory or file; "-" is standard input. */
  readonly source: string;
  /** The name in the store; absent = the names that the source has. */
  readonly name: string | undefined;
  /** Which of several images. */
  readonly ref: string | undefined;
  /** Seconds since 1970 for a base image made of a root filesystem. */
  readonly epoch: string | undefined;
}

/** For holders of the store's lock. */
export async function importImage(adding: Adding, request: ImportRequest): Promise<Added[]> {
  if (request.name !== undefined) requireImageName(request.name);
  if (request.source === "-") return importArchive(adding, request, false);
  const found = statIfThere(request.source);
  if (found === undefined) throw new RuntimeError("not-found", `cannot import ${request.source}: no such file or directory`);
  if (found.kind !== "directory") return importArchive(adding, request, found.kind === "file");
  const files = directoryFiles(request.source);
  const added = await importFiles(adding, request, files);
  if (added !== undefined) return added;
  throw new RuntimeError("unsupported", `cannot import ${request.source}: the directory has no image in it`, {
    hint: `of a root filesystem a tar is taken: tar -C ${request.source} -c . | lamina image import - NAME`,
  });
}

/** undefined if the files are no image's. An archive of newer docker versions is both kinds, and the layout tells more. */
async function importFiles(adding: Adding, request: ImportRequest, files: FileSet): Promise<Added[] | undefined> {
  if (files.has("oci-layout") && files.has("index.json")) return importLayout(adding, request, files);
  if (files.has("manifest.json")) return importSaved(adding, request, files);
  return undefined;
}

async function importLayout(adding: Adding, { name, ref }: ImportRequest, files: FileSet): Promise<Added[]> {
  const all = await readLayoutImages(files);
  const images = ref === undefined ? all : [chooseRef(all, ref, files.origin)];
  requireNameFitsOne(name, images.length, files.origin);
  const added: Added[] = [];
  for (const image of images) {
    const own = name ?? (image.name === undefined ? undefined : requireImageName(image.name));
    added.push(await addRoot(adding, layoutBlobs(files), image.root, own));
  }
  return added;
}

async function importSaved(adding: Adding, { name, ref }: ImportRequest, files: FileSet): Promise<Added[]> {
  const all = await readSavedImages(files);
  const images = ref === undefined ? all : all.filter(({ names }) => names.includes(ref));
  if (images.length === 0) {
    const names = all.flatMap((image) => image.names).join(", ") || "no names";
    throw new RuntimeError(
      "not-found",
      `cannot import ${ref === undefined ? "" : `${JSON.stringify(ref)} from `}${files.origin}: it has ${names}`,
    );
  }
  requireNameFitsOne(name, images.length, files.origin);
  const added: Added[] = [];
  for (const image of images) {
    const names = name === undefined ? image.names.map(requireImageName) : [name];
    added.push(...(await addSavedImage(adding, files, image, names)));
  }
  return added;
}

function requireNameFitsOne(name: string | undefined, images: number, origin: string): void {
  if (images === 0) throw new RuntimeError("not-found", `cannot import ${origin}: it has no images`);
  if (name === undefined || images === 1) return;
  throw new RuntimeError("usage", `cannot import ${origin} as ${name}: it has ${images} images`, { hint: "--ref chooses one of them" });
}

/** An archive. What is not compressed and lies in a file is read where it lies; images in all others are written down first. */
async function importArchive(adding: Adding, request: ImportRequest, isFile: boolean): Promise<Added[]> {
  const { source } = request;
  const origin = source === "-" ? "standard input" : source;
  const archive = await peekArchive(source === "-" ? readStandardInput() : readChunks(source), origin);
  const size = isFile ? Bun.file(source).size : undefined;
  if (!archive.mayBeImage) {
    return importRoot(adding, request, { stream: archive.stream, origin, size });
  }
  const isReadable = isFile && archive.compression === "none";
  const path = isReadable ? source : adding.store.blobs.scratchPath();
  try {
    if (isReadable) await archive.stream.return();
    else {
      adding.progress.begin(`reading ${origin}`, size);
      await writeStream(path, uncompressed(new LayerSource(told(archive.stream, adding.progress))));
      adding.progress.end();
    }
    const added = await importFiles(adding, request, await archiveFiles(path, origin));
    return added ?? (await importRoot(adding, request, { stream: readChunks(path), origin, size: Bun.file(path).size }));
  } finally {
    if (!isReadable) tryUnlink(path);
  }
}

async function writeStream(path: string, stream: AsyncIterable<Uint8Array>): Promise<void> {
  using fd = openFile(path, OPEN.write | OPEN.create | OPEN.exclusive, 0o600);
  for await (const chunk of stream) writeAll(fd.number, chunk, path);
}

/** `name` is all that says what a root filesystem is. */
function importRoot(adding: Adding, { name, epoch }: ImportRequest, archive: Omit<RootArchive, "created">): Promise<Added[]> {
  if (name === undefined) {
    throw new RuntimeError("usage", `cannot import ${archive.origin}: it is a root filesystem, which has no name of its own`, {
      hint: "give the image's name as second argument",
    });
  }
  return addRootArchive(adding, { ...archive, created: epoch === undefined ? undefined : timeOf(epoch) }, name);
}

function timeOf(epoch: string): string {
  if (/^\d{1,11}$/.test(epoch)) return new Date(Number(epoch) * 1000).toISOString();
  throw new RuntimeError("usage", `cannot use SOURCE_DATE_EPOCH=${JSON.stringify(epoch)}: it is no number of seconds`);
}
