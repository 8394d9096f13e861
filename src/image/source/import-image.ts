/** Imports whatever an image may come as: an OCI layout (directory or archive), a docker save archive, or a tar of a root filesystem. */
import { RuntimeError } from "../../base/errors.ts";
import { statIfThere } from "../../sys/file/file.ts";
import { addRoot } from "../add/add-index.ts";
import type { Added, Adding } from "../add/adding.ts";
import { requireImageName } from "../format/image-name.ts";
import { contentOf, type Descriptor } from "../format/manifest.ts";
import { type FileTransport, parseImagePlace } from "../format/transport.ts";
import { readChunks, readStandardInput } from "../stream/file-chunks.ts";
import { type Archive, withArchive } from "./archive-source.ts";
import { addSavedImage, chooseSaved, readSavedImages } from "./docker-source.ts";
import { directoryFiles, type FileSet } from "./file-set.ts";
import { findImageKind, type ImageKind } from "./image-kind.ts";
import { chooseRef, layoutBlobs, readLayoutImages } from "./oci-source.ts";
import { addRootArchive, type RootArchive } from "./rootfs-source.ts";

export interface ImportRequest {
  /** A directory or file, by its path or as skopeo names it; "-" is standard input. */
  readonly source: string;
  /** The name in the store; absent = the names that the source has. */
  readonly name: string | undefined;
  /** Which of several images. */
  readonly ref: string | undefined;
  /** Seconds since 1970 for a base image made of a root filesystem. */
  readonly epoch: string | undefined;
}

interface Request extends ImportRequest {
  /** What the source has to be; undefined = whatever it is. */
  readonly transport: FileTransport | undefined;
}

/** For holders of the store's lock. */
export function importImage(adding: Adding, request: ImportRequest): Promise<Added[]> {
  if (request.name !== undefined) requireImageName(request.name);
  const {
    transport,
    path: source,
    name,
  } = parseImagePlace(request.source, {
    verb: "import",
    instead: (text) => `lamina image pull ${text} NAME`,
  });
  if (name !== undefined && request.ref !== undefined) {
    throw new RuntimeError("usage", `cannot import ${request.source}: it says which image, and so does --ref`);
  }
  return importFrom(adding, { ...request, transport, source, ref: request.ref ?? name });
}

async function importFrom(adding: Adding, request: Request): Promise<Added[]> {
  const { source, transport } = request;
  if (source === "-" && transport !== "oci") {
    return importArchive(adding, request, { origin: "standard input", stream: readStandardInput });
  }
  const found = statIfThere(source);
  if (found === undefined) throw new RuntimeError("not-found", `cannot import ${source}: no such file or directory`);
  const isDirectory = found.kind === "directory";
  if (transport !== undefined && isDirectory !== (transport === "oci")) {
    throw new RuntimeError("usage", `cannot import ${transport}:${source}: it is ${isDirectory ? "a directory" : "not a directory"}`);
  }
  if (isDirectory) return importDirectory(adding, request);
  const file = found.kind === "file" ? { file: { path: source, size: found.size } } : {};
  return importArchive(adding, request, { origin: source, ...file, stream: () => readChunks(source) });
}

async function importDirectory(adding: Adding, request: Request): Promise<Added[]> {
  const { source } = request;
  const files = directoryFiles(source);
  const kind = await findImageKind(files);
  if (kind !== undefined) return importFiles(adding, request, { kind, files });
  throw new RuntimeError("unsupported", `cannot import ${source}: the directory has no image in it`, {
    hint: `of a root filesystem a tar is taken: tar -C ${source} -c . | lamina image import - NAME`,
  });
}

function importArchive(adding: Adding, request: Request, archive: Archive): Promise<Added[]> {
  const place = { progress: adding.progress, scratchPath: () => adding.store.blobs.scratchPath() };
  return withArchive(archive, place, (opened) => {
    if (opened.is === "image") return importFiles(adding, request, opened);
    const { path } = opened;
    return importRoot(adding, request, { stream: readChunks(path), origin: archive.origin, size: statIfThere(path)?.size ?? 0 });
  });
}

interface ImageFiles {
  readonly kind: ImageKind;
  readonly files: FileSet;
}

/** With a transport, an archive in both forms is read in the one that it says. */
function importFiles(adding: Adding, request: Request, { kind, files }: ImageFiles): Promise<Added[]> {
  const { transport } = request;
  const isDocker = transport === "docker-archive";
  if (isDocker && !files.has("manifest.json")) throw isOther(request, "it has no manifest.json");
  if ((transport === "oci" || transport === "oci-archive") && kind !== "layout") throw isOther(request, "it is no OCI image layout");
  return isDocker || kind === "docker" ? importSaved(adding, request, files) : importLayout(adding, request, files);
}

function isOther({ source, transport }: Request, reason: string): RuntimeError {
  return new RuntimeError("usage", `cannot import ${transport}:${source}: ${reason}`, {
    hint: "without the transport it is taken as what it is",
  });
}

async function importLayout(adding: Adding, { name, ref }: Request, files: FileSet): Promise<Added[]> {
  const all = await readLayoutImages(files, adding.warn);
  const images = ref === undefined ? all : [chooseRef(all, ref, files.origin)];
  requireNameFitsOne(name, images.length, files.origin);
  if (name === undefined) requireFewNames(images.length, files.origin);
  const added: Added[] = [];
  const known = new Map<string, { readonly first: Added; readonly entry: Descriptor | undefined }>();
  for (const { root, name: ownName } of images) {
    const own = name ?? (ownName === undefined ? undefined : requireImageName(ownName));
    const before = known.get(contentOf(root));
    if (before?.entry !== undefined) {
      adding.additions.name(before.entry, own);
      added.push({ ...before.first, name: own, newLayers: 0 });
      continue;
    }
    const first = await addRoot(adding, layoutBlobs(files), root, own);
    known.set(contentOf(root), { first, entry: adding.additions.images.at(-1)?.entry });
    added.push(first);
  }
  return added;
}

async function importSaved(adding: Adding, { name, ref }: Request, files: FileSet): Promise<Added[]> {
  const all = await readSavedImages(files);
  const images = ref === undefined ? all : chooseSaved(all, ref, files.origin);
  requireNameFitsOne(name, images.length, files.origin);
  if (name === undefined) {
    const count = images.reduce((sum, { names }) => sum + Math.max(names.length, 1), 0);
    requireFewNames(count, files.origin);
  }
  const added: Added[] = [];
  for (const image of images) {
    const names = name === undefined ? image.names.map(requireImageName) : [name];
    for (const one of await addSavedImage(adding, files, image, names)) added.push(one);
  }
  return added;
}

function requireNameFitsOne(name: string | undefined, images: number, origin: string): void {
  if (images === 0) throw new RuntimeError("not-found", `cannot import ${origin}: it has no container images`);
  if (name === undefined || images === 1) return;
  throw new RuntimeError("usage", `cannot import ${origin} as ${name}: it has ${images} images`, { hint: "--ref chooses one of them" });
}

/** Each name is an entry of the store's index.json, which cannot grow without end. */
const MOST_NAMES = 4096;

function requireFewNames(count: number, origin: string): void {
  if (count <= MOST_NAMES) return;
  throw new RuntimeError("unsupported", `cannot import ${origin}: it has ${count} names, and at most ${MOST_NAMES} are taken at once`, {
    hint: "--ref chooses one of them",
  });
}

/** `name` is all that says what a root filesystem is. */
function importRoot(adding: Adding, request: Request, archive: Omit<RootArchive, "created">): Promise<Added[]> {
  const { name, epoch, transport } = request;
  if (transport !== undefined) throw isOther(request, "it is a root filesystem");
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
