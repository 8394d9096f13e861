/** Archives for tests: valid ones by the project's writer, the others by hand, block by block. */
import { createHash } from "node:crypto";
import type { TarEntry, TarKind } from "../../src/tar/entry.ts";
import { BLOCK, type HeaderBlock, putHeader } from "../../src/tar/header.ts";
import type { TarLimits } from "../../src/tar/limits.ts";
import { encodeRecord } from "../../src/tar/pax.ts";
import { TarWriter } from "../../src/tar/writer.ts";

export type Member = Partial<Omit<TarEntry, "xattrs" | "size">> & {
  readonly name: string;
  readonly content?: string | Uint8Array;
  readonly xattrs?: Readonly<Record<string, string>>;
};

const NO_DEVICE = { major: 0, minor: 0 };

export function entryOf({ content = "", xattrs = {}, ...given }: Member): TarEntry {
  const kind: TarKind = given.kind ?? (given.name.endsWith("/") ? "directory" : "file");
  return {
    kind,
    mode: kind === "directory" ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    size: Buffer.from(content).length,
    modified: { seconds: 1_600_000_000, nanoseconds: 0 },
    linkName: "",
    device: NO_DEVICE,
    ...given,
    xattrs: new Map(Object.entries(xattrs)),
  };
}

const NONE = Number.POSITIVE_INFINITY;
const WITHOUT_LIMITS: TarLimits = {
  entries: NONE,
  bytes: NONE,
  pathBytes: NONE,
  componentBytes: NONE,
  depth: NONE,
  headerBytes: NONE,
  restBytes: NONE,
};

/** An archive with these members, in this order. */
export function archiveOf(...members: readonly Member[]): Buffer {
  const writer = new TarWriter(WITHOUT_LIMITS);
  for (const member of members) {
    writer.entry(entryOf(member));
    if (member.content !== undefined && member.content.length > 0) writer.content(Buffer.from(member.content));
  }
  writer.end();
  return Buffer.from(writer.take());
}

const RAW: HeaderBlock = { name: "file", mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0, type: "0", linkName: "", major: 0, minor: 0 };

/** A header block, then `content` and its padding. `patch` changes bytes by offset; then the checksum is corrected, or left wrong. */
export function block(
  header: Partial<HeaderBlock>,
  content: string | Uint8Array = "",
  patch: Readonly<Record<number, string>> = {},
): Buffer {
  const data = Buffer.from(content);
  const encoded = Buffer.alloc(BLOCK);
  putHeader(encoded, 0, { ...RAW, size: data.length, ...header });
  for (const [at, bytes] of Object.entries(patch)) encoded.write(bytes, Number(at), "latin1");
  if (!("148" in patch)) encoded.write(`${checksum(encoded)}\0 `, 148, "latin1");
  return Buffer.concat([encoded, data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)]);
}

function checksum(header: Buffer): string {
  const copy = Buffer.from(header);
  copy.fill(" ", 148, 156);
  return copy
    .reduce((sum, byte) => sum + byte, 0)
    .toString(8)
    .padStart(6, "0");
}

/** An extended header of type "x" or "g". */
export function pax(records: Readonly<Record<string, string>>, type: "x" | "g" = "x"): Buffer {
  return block(
    { name: "PaxHeaders/x", type },
    Buffer.from(
      Object.entries(records)
        .map(([key, value]) => encodeRecord(key, value))
        .join(""),
      "latin1",
    ),
  );
}

export const END = Buffer.alloc(2 * BLOCK);

/** In pieces of `size` bytes. */
export function* streamOf(data: Uint8Array, size = 65536): Generator<Uint8Array, void> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

export function sha256(data: Uint8Array): string {
  return `sha256:${createHash("sha256").update(data).digest("hex")}`;
}
