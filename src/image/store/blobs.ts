/**
 * The content-addressed half of an OCI image layout.
 *
 *   <root>/blobs/sha256/<hex>   a blob, whole and never modified
 *   <root>/ingest/…             blobs being written; whatever is here when nobody holds the store's lock is left over
 */
import type { Bytes } from "../../base/bytes.ts";
import { type Digest, digestFromHex, hexOf, isDigest } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { type Fd, readAll, writeAll } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { randomName } from "../../sys/call/random.ts";
import {
  makeDurableDirectories,
  OPEN,
  openFile,
  readDirectory,
  renameFile,
  statFd,
  statIfThere,
  syncDirectory,
  syncFile,
  tryUnlink,
} from "../../sys/file/file.ts";
import { lockFile } from "../../sys/file/file-lock.ts";
import { beginWriting } from "../../sys/file/write-back.ts";
import { digestOf, Sha256 } from "../../sys/library/hash.ts";
import { readChunks } from "../stream/file-chunks.ts";
import { removeTree } from "./remove-tree.ts";

export interface Blob {
  readonly digest: Digest;
  readonly size: number;
}

/** Manifests and configs are read into memory; registries accept no larger ones. */
const LARGEST_DOCUMENT = 4 * 1024 * 1024;

export class BlobStore {
  readonly #blobs: string;
  readonly #ingest: string;

  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    this.#blobs = `${root}/blobs/sha256`;
    this.#ingest = `${root}/ingest`;
  }

  /** What other tools call a shared blob directory. */
  get directory(): string {
    return `${this.#root}/blobs`;
  }

  /** Idempotent. */
  makeDirectories(): void {
    makeDurableDirectories(this.#blobs, 0o755);
    makeDurableDirectories(this.#ingest, 0o700);
  }

  path(digest: Digest): string {
    return `${this.#blobs}/${hexOf(digest)}`;
  }

  /** True if it is there with that size. Its content is checked when it is read. */
  has({ digest, size }: Blob): boolean {
    return this.size(digest) === size;
  }

  /** Throws "not-found" if it is not there, "integrity" if it has another size. */
  requireSize(blob: Blob): void {
    requireSize(this.size(blob.digest), blob);
  }

  /** Finishes a blob whose digest was not known before. One that is there and whole stays, which is read for that. */
  finish(writer: BlobWriter): Blob {
    return this.isIntact(writer.blob) ? writer.blob : writer.finish();
  }

  /** Reads all of it: whether it is what its name says. */
  isIntact(blob: Blob): boolean {
    if (!this.has(blob)) return false;
    const hash = new Sha256();
    for (const chunk of readChunks(this.path(blob.digest))) hash.update(chunk);
    return hash.digest() === blob.digest;
  }

  size(digest: Digest): number | undefined {
    return sizeOf(this.path(digest));
  }

  /** The caller disposes of it, finished or not. */
  writer(): BlobWriter {
    return new BlobWriter(this.#ingest, (digest) => this.path(digest));
  }

  /** Waits while another process copies the same blob. */
  lockBlob(digest: Digest): Disposable {
    const path = `${this.#ingest}/${hexOf(digest)}.lock`;
    for (;;) {
      const fd = openFile(path, OPEN.readWrite | OPEN.create | OPEN.noFollow, 0o600);
      lockFile(fd, "exclusive");
      if (statFd(fd.number).links > 0) return { [Symbol.dispose]: () => unlock(path, fd) };
      fd.close(); // its last holder has removed it: the name is another file now
    }
  }

  /** The names of all blobs that have been added, whoever did it, are on the disk afterwards; their content was before they got them. */
  sync(): void {
    syncDirectory(this.#blobs);
  }

  /** Idempotent and atomic. One that is there and damaged is replaced. */
  putDocument(bytes: Uint8Array): Blob {
    const blob = { digest: digestOf(bytes), size: bytes.length };
    if (this.has(blob) && digestOf(this.#readWhole(blob.digest)) === blob.digest) return blob;
    using writer = this.writer();
    writer.write(bytes);
    return writer.finish(blob);
  }

  /** The whole of a small blob. Throws "integrity" if it is not what its name says, "not-found" if it is not there. */
  readDocument({ digest, size }: Blob): Bytes {
    requireDocumentSize(size, digest);
    requireSize(this.size(digest), { digest, size });
    const bytes = this.#readWhole(digest);
    requireDigest(digestOf(bytes), digest);
    return bytes;
  }

  #readWhole(digest: Digest): Bytes {
    using fd = openFile(this.path(digest), OPEN.read);
    return readAll(fd.number, this.path(digest));
  }

  /** Throws "integrity" at the end if the blob is not what its name says. */
  *read(blob: Blob): Generator<Uint8Array, void> {
    requireSize(this.size(blob.digest), blob);
    yield* verified(readChunks(this.path(blob.digest)), blob);
  }

  list(): Digest[] {
    return (readDirectory(this.#blobs) ?? []).map(({ name }) => digestFromHex(name)).filter(isDigest);
  }

  /** Idempotent. */
  remove(digest: Digest): void {
    const result = tryUnlink(this.path(digest));
    if (result !== -ERRNO.ENOENT) check(result, "unlink(2)", `remove blob ${digest}`);
  }

  /** Removes what writers left that died. Only for whoever holds the store's lock alone. */
  sweep(): void {
    for (const { name, isDirectory } of readDirectory(this.#ingest) ?? []) {
      if (isDirectory) removeTree(`${this.#ingest}/${name}`);
      else tryUnlink(`${this.#ingest}/${name}`);
    }
  }

  /** A file or directory of this name may be made by holders of the store's lock; it is gone after the next sweep. */
  scratchPath(): string {
    return `${this.#ingest}/${randomName()}`;
  }
}

/** So many bytes are worth a write to the disk. */
const BEGIN_WRITING = 4 * 1024 * 1024;

/** A blob on its way: nothing under its digest's name until `finish`, and nothing at all if that is never called. */
export class BlobWriter implements Disposable {
  readonly #hash = new Sha256();
  readonly #temporary: string;
  readonly #pathOf: (digest: Digest) => string;
  readonly #fd: Fd;
  #size = 0;
  /** So much of it is on its way to the disk. */
  #begun = 0;
  #digest: Digest | undefined;
  #isFinished = false;

  constructor(directory: string, pathOf: (digest: Digest) => string) {
    this.#temporary = `${directory}/${randomName()}`;
    this.#pathOf = pathOf;
    this.#fd = openFile(this.#temporary, OPEN.write | OPEN.create | OPEN.exclusive | OPEN.noFollow, 0o644);
  }

  get size(): number {
    return this.#size;
  }

  write(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    writeAll(this.#fd.number, chunk, this.#temporary);
    this.#size += chunk.length;
    if (this.#size - this.#begun < BEGIN_WRITING) return;
    beginWriting(this.#fd.number, this.#begun, this.#size - this.#begun);
    this.#begun = this.#size;
  }

  /** After the last byte. */
  get blob(): Blob {
    return { digest: this.#digestOfAll(), size: this.#size };
  }

  /** What it is, after another process has written the rest through a copy of this writer. */
  adopt({ digest, size }: Blob): void {
    this.#digest = digest;
    this.#size = size;
  }

  /** After the last byte: throws "integrity" if it is not `expected`. */
  require(expected: Blob): void {
    requireSize(this.#size, expected);
    requireDigest(this.#digestOfAll(), expected.digest);
  }

  #digestOfAll(): Digest {
    this.#digest ??= this.#hash.digest();
    return this.#digest;
  }

  /** Its content is on the disk afterwards. Replaces a blob of that name: this one is known to be whole. Throws "integrity" if `expected` is something else. */
  finish(expected?: Blob): Blob {
    if (expected !== undefined) this.require(expected);
    const { blob } = this;
    const path = this.#pathOf(blob.digest);
    syncFile(this.#fd, this.#temporary);
    renameFile(this.#temporary, path);
    this.#isFinished = true;
    return blob;
  }

  [Symbol.dispose](): void {
    this.#fd.close();
    if (!this.#isFinished) tryUnlink(this.#temporary);
  }
}

/** A file that stays behind does no harm: nobody holds it, so the next one takes it. */
function unlock(path: string, fd: Fd): void {
  tryUnlink(path);
  fd.close();
}

function sizeOf(path: string): number | undefined {
  return statIfThere(path)?.size;
}

/** Passes `stream` on; throws "integrity" as soon as it is longer than it should be, and at its end if it is something else. */
export function* verified(stream: Iterable<Uint8Array>, { digest, size }: Blob): Generator<Uint8Array, void> {
  const hash = new Sha256();
  let length = 0;
  for (const chunk of stream) {
    length += chunk.length;
    requireNoLonger(length, { digest, size });
    hash.update(chunk);
    yield chunk;
  }
  requireSize(length, { digest, size });
  requireDigest(hash.digest(), digest);
}

/** Documents are bounded, so that a hostile size cannot exhaust memory. */
export function requireDocumentSize(size: number, digest: Digest): void {
  if (size <= LARGEST_DOCUMENT) return;
  const reason = `${size} bytes are more than the ${LARGEST_DOCUMENT} that a manifest or config may have`;
  throw new RuntimeError("integrity", `cannot read blob ${digest}: ${reason}`);
}

function requireSize(actual: number | undefined, { digest, size }: Blob): void {
  if (actual === undefined) throw new RuntimeError("not-found", `cannot read blob ${digest}: it is not there`);
  if (actual !== size) throw wrongSize(String(actual), { digest, size });
}

/** Throws "integrity" as soon as a stream is longer than it should be. */
export function requireNoLonger(length: number, blob: Blob): void {
  if (length > blob.size) throw wrongSize(`more than ${blob.size}`, blob);
}

export function wrongSize(actual: string, { digest, size }: Blob): RuntimeError {
  return new RuntimeError("integrity", `cannot read blob ${digest}: it has ${actual} bytes and must have ${size}`);
}

function requireDigest(actual: Digest, expected: Digest): void {
  if (actual !== expected) throw new RuntimeError("integrity", `cannot read blob ${expected}: its content is ${actual}`);
}
