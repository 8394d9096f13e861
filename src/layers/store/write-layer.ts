/** A complete layer in a directory that nobody knows of yet: its files, and what is needed to check them later. */
import type { Digest } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import { decodeText, encodeText } from "../../base/text.ts";
import { type Fd, writeAll } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { effectiveUid, ownPid } from "../../sys/call/own-ids.ts";
import { OPEN, openFile, tryMakeDirectory } from "../../sys/file/file.ts";
import { syncFileSystem } from "../../sys/file/tree.ts";
import { enterOwnUserNamespace } from "../../sys/process/own-user-namespace.ts";
import { type Work, workBeside } from "../../sys/process/worker.ts";
import { ArchiveRecordWriter } from "../write/archive-record.ts";
import { type UnpackedLayer, type UnpackOptions, unpackLayer } from "../write/unpack.ts";
import { chainIdOf } from "./chain-id.ts";
import { encodeRecord, recordedBelow, recordPath } from "./layer-directory.ts";
import { writeListing } from "./listing-file.ts";
import type { LayerRecord, LayerRequest } from "./store.ts";
import { listTree } from "./tree-listing.ts";

export interface WriteLayerOptions extends UnpackOptions {
  readonly request: LayerRequest;
  /** The layer below. */
  readonly parent: LayerRecord | undefined;
}

/** Everything is on the disk afterwards. Throws code "integrity" when the digest is not the one that was asked for. */
export function writeLayer(directory: string, archive: Iterable<Uint8Array>, options: WriteLayerOptions): LayerRecord {
  const { request, parent } = options;
  const { diffId, size, entries } = unpackInto(directory, archive, options);
  requireDigest(diffId, request.diffId);
  const record: LayerRecord = { chainId: chainIdOf(parent?.chainId, diffId), diffId, ...recordedBelow(parent), size, entries };
  using diff = openFile(`${directory}/diff`, OPEN.read | OPEN.directory);
  using _flush = size < WORTH_FLUSHING ? undefined : flushBeside(`${directory}/diff`);
  writeListing(directory, linesOf(diff));
  writeFile(recordPath(directory), encodeText(encodeRecord(record)));
  syncFileSystem(diff.number);
  return record;
}

/** Bytes in files: what is less is written faster than a process begins. */
const WORTH_FLUSHING = 16 * 1024 * 1024;

/**
 * The disk begins with the files while they are listed, so that less is left when they have to be there. Promises nothing: the file is opened anew, as
 * of one open file the kernel tells each error once, and that is for who asks at the end.
 */
function flushBeside(path: string): Disposable {
  const flushing = workBeside("write the layer to disk", function* (): Work<null> {
    yield 0; // by then the child is there
    using own = openFile(path, OPEN.read | OPEN.directory);
    syncFileSystem(own.number);
    return null;
  });
  flushing.next();
  return { [Symbol.dispose]: () => flushing.return(null) };
}

/** A user may be kept from his own directories by their modes, unless he has a user namespace; ours stays what it is. */
function* linesOf(diff: Fd): Generator<string> {
  const us = ownPid();
  if (effectiveUid() === 0) return yield* listTree(diff);
  const work = workBeside("list the layer's files", function* (): Work<null> {
    if (ownPid() !== us) enterOwnUserNamespace();
    for (const line of listTree(diff)) yield encodeText(line);
    return null;
  });
  for (const line of work) if (typeof line !== "number") yield decodeText(line);
}

function unpackInto(directory: string, archive: Iterable<Uint8Array>, options: WriteLayerOptions): UnpackedLayer {
  const { warn } = options.request;
  check(tryMakeDirectory(`${directory}/diff`, 0o700), "mkdir(2)", `create directory ${directory}/diff`);
  using recorder = new ArchiveRecordWriter(directory);
  const unpacked = unpackLayer(archive, `${directory}/diff`, {
    ...options,
    recorder,
    ...(warn === undefined ? {} : { warn }),
  });
  recorder.finish();
  return unpacked;
}

function requireDigest(found: Digest, expected: Digest | undefined): void {
  if (expected === undefined || found === expected) return;
  throw new RuntimeError("integrity", `cannot store the uncompressed layer: its digest is ${found}, not ${expected}`);
}

function writeFile(path: string, data: Uint8Array): void {
  using file = openFile(path, OPEN.write | OPEN.create | OPEN.exclusive, 0o600);
  writeAll(file.number, data, path);
}
