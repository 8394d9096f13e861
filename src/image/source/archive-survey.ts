/**
 * What a tar has in it: its regular files, and where they lie, so that an archive of an image can be read like a directory. Only names, sizes and
 * links count here; unpacking layers is layers/'s job.
 */
import { RuntimeError } from "../../base/errors.ts";
import { readInto } from "../../sys/call/fd.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { seekTo } from "../../sys/file/holes.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { TarReader } from "../../tar/reader.ts";
import type { Extent } from "../stream/file-chunks.ts";

/** More entries than any image archive has. A root filesystem may have more, of which nothing need be remembered. */
const MOST_ENTRIES = 100_000;
const WINDOW = 256 * 1024;
const MOST_LINKS = 40;
/** What every archive of an image has of these. */
const MARKERS: readonly string[] = ["manifest.json", "index.json", "oci-layout"];
/** Names of the other parts of such archives. */
const PART =
  /^(?:blobs\/[a-z0-9+._-]+\/[0-9a-f]{32,}|(?:sha256:)?[0-9a-f]{64}(?:\.json|\.tar|\.tar\.gz|\.tar\.zst|\/(?:layer\.tar|json|VERSION))?|repositories)$/;

export class ArchiveSurvey {
  readonly #reader: TarReader;
  /** By names without ".", ".." and doubled slashes; byte strings. Of two files of one name the later counts. */
  readonly #files = new Map<string, Extent>();
  readonly #links = new Map<string, string>();
  #entries = 0;
  #others = 0;

  constructor() {
    const skip = (): void => undefined;
    this.#reader = new TarReader(
      { entry: (entry) => this.#add(entry), content: skip, entryEnd: skip },
      { bytes: Number.POSITIVE_INFINITY },
    );
  }

  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
  }

  /** How many bytes of the archive may be left out before it goes on. */
  passOver(): number {
    return this.#reader.passOver();
  }

  end(): void {
    this.#reader.end();
  }

  /** True if nothing has been found. */
  get isEmpty(): boolean {
    return this.#reader.entries === 0;
  }

  /** True if there is nothing in it but parts of images. */
  get isPartsOnly(): boolean {
    return this.#entries > 0 && this.#others === 0;
  }

  /** True if something in it may say which parts make an image. */
  get hasMarkers(): boolean {
    return MARKERS.some((name) => this.find(name) !== undefined);
  }

  /** True if too many entries came to remember them all. */
  get isTooLong(): boolean {
    return this.#entries > MOST_ENTRIES;
  }

  /** The file of that name, links to it followed. */
  find(name: string): Extent | undefined {
    let at = cleanName(name);
    for (let links = 0; links <= MOST_LINKS; links++) {
      const extent = this.#files.get(at);
      if (extent !== undefined) return extent;
      const next = this.#follow(at);
      if (next === undefined) return undefined;
      at = next;
    }
    return undefined;
  }

  /** Where the first link on the way to `path` leads, with what stands behind it. */
  #follow(path: string): string | undefined {
    for (let end = path.indexOf("/"); ; end = path.indexOf("/", end + 1)) {
      const head = end < 0 ? path : path.slice(0, end);
      const target = this.#links.get(head);
      if (target !== undefined) return cleanName(`${target}${path.slice(head.length)}`);
      if (end < 0) return undefined;
    }
  }

  #add({ name, kind, size, sparse, linkName }: TarEntry): void {
    const clean = cleanName(name);
    if (kind !== "directory") this.#count(clean);
    if (this.isTooLong && !MARKERS.includes(clean)) return;
    this.#files.delete(clean);
    this.#links.delete(clean);
    if (kind === "file") this.#files.set(clean, { offset: this.#reader.position, size, ...(sparse && { sparse }) });
    else if (kind === "hardlink") this.#links.set(clean, cleanName(linkName));
    else if (kind === "symlink") this.#links.set(clean, cleanName(linkName.startsWith("/") ? linkName : `${clean}/../${linkName}`));
  }

  #count(name: string): void {
    this.#entries++;
    if (!PART.test(name)) this.#others++;
    if (this.#entries !== MOST_ENTRIES + 1) return;
    for (const known of this.#files.keys()) if (!MARKERS.includes(known)) this.#files.delete(known);
    this.#links.clear();
  }
}

/** Of an uncompressed tar in a regular file, whose content is not read. */
export function surveyFile(path: string, survey: ArchiveSurvey): void {
  using file = openFile(path, OPEN.read);
  const window = new Uint8Array(WINDOW);
  for (let at = 0; ; ) {
    seekTo(file.number, at, path);
    const length = readInto(file.number, window, path);
    if (length === 0) break;
    survey.push(window.subarray(0, length));
    at += length;
    const left = survey.passOver();
    if (left > 0) requireThere(file.number, at + left, path);
    at += left;
  }
  survey.end();
}

/** The last byte of what was passed over. */
function requireThere(fd: number, end: number, path: string): void {
  seekTo(fd, end - 1, path);
  if (readInto(fd, new Uint8Array(1), path) === 1) return;
  throw new RuntimeError("integrity", "cannot read the archive: it ends too early");
}

/** Without ".", ".." and empty parts: it names nothing outside of the archive. */
export function cleanName(name: string): string {
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
