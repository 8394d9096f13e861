/** One entry out of everything that an archive says about it: its header block, extended headers, GNU's long names. Pure. */
import { damaged, NO_XATTRS, type TarEntry, type TarKind, unsupported } from "./entry.ts";
import type { HeaderBlock } from "./header.ts";
import { type PaxRecords, paxNumber, paxTime, SPARSE_MAP } from "./pax.ts";
import { lengthOf, mapFault, parseMap, type Segment } from "./sparse.ts";

/** What came before the header block, and for which entries it counts. */
export interface Extensions {
  /** From "g" headers: for all entries that follow. */
  readonly global: PaxRecords;
  /** The attributes among them, which all entries share that have none of their own. */
  readonly globalXattrs?: ReadonlyMap<string, string>;
  /** From "x" headers: for this entry. */
  readonly local: PaxRecords;
  /** GNU's "L" and "K". They win over the others, as in most readers. */
  readonly longName?: string | undefined;
  readonly longLink?: string | undefined;
}

/** What an entry is, before its content is looked at. */
export interface Draft {
  /** `size` is that of the content in the archive. */
  readonly entry: TarEntry;
  /** Where a sparse file's map is, if it is one. */
  readonly sparse?: SparseDraft;
  /** Content of a directory, which means nothing here: of incremental backups of GNU tar it is a list of names. */
  readonly skipped: number;
}

export type SparseDraft =
  /** In the header and the blocks behind it. */
  | { readonly map: "blocks" }
  /** In front of the data, which it is counted with. */
  | { readonly map: "lines"; readonly size: number }
  | { readonly map: "known"; readonly size: number; readonly segments: readonly Segment[] };

const KINDS: Readonly<Record<string, TarKind>> = {
  "\0": "file",
  "0": "file",
  "1": "hardlink",
  "2": "symlink",
  "3": "character",
  "4": "block",
  "5": "directory",
  "6": "fifo",
  "7": "file", // "contiguous": a file on every system of today
  D: "directory", // with the names that were in it when GNU tar made an incremental backup
  S: "file",
};

const XATTR = "SCHILY.xattr.";
/** As user or group, -1 means "as it is" to the kernel. */
const LARGEST_ID = 0xfffffffe;

export function combine(header: HeaderBlock, extensions: Extensions): Draft {
  const { global, local } = extensions;
  if (global.size + local.size === 0 && extensions.longName === undefined && extensions.longLink === undefined) return combinePlain(header);
  const pax = (key: string): string | undefined => {
    const value = local.get(key) ?? global.get(key);
    return value === "" ? undefined : value;
  };
  const name = extensions.longName ?? local.get("GNU.sparse.name") ?? pax("path") ?? header.name;
  const kind = kindOf(header, name, pax);
  const linkName = kind === "symlink" || kind === "hardlink" ? (extensions.longLink ?? pax("linkpath") ?? header.linkName) : "";
  if (name.includes("\0") || linkName.includes("\0")) throw damaged("its name or target contains a NUL byte", name);
  if (name === "") throw damaged("it has no name", name);
  const time = pax("mtime");
  const sparse = kind === "file" ? sparseOf(header.type, local, name) : undefined;
  const entry: TarEntry = {
    name,
    kind,
    mode: header.mode,
    uid: requireId(numberFrom(pax("uid"), header.uid, "user id", name), "user id", name),
    gid: requireId(numberFrom(pax("gid"), header.gid, "group id", name), "group id", name),
    size: sizeOf(kind, header, pax, name),
    modified: time === undefined ? { seconds: header.mtime, nanoseconds: 0 } : requireTime(paxTime(time), name),
    linkName,
    device: { major: header.major, minor: header.minor },
    xattrs: xattrsOf(local, name, extensions.globalXattrs),
  };
  return { entry, skipped: skippedOf(kind, header, pax, name), ...(sparse && { sparse }) };
}

/** The same for an entry of which its header says all: most archives have no others, and tens of thousands of these. */
function combinePlain(header: HeaderBlock): Draft {
  const { name, type } = header;
  const kind = kindOf(header, name, noRecord);
  if (name === "") throw damaged("it has no name", name);
  const entry: TarEntry = {
    name,
    kind,
    mode: header.mode,
    uid: requireId(header.uid, "user id", name),
    gid: requireId(header.gid, "group id", name),
    size: sizeOf(kind, header, noRecord, name),
    modified: { seconds: header.mtime, nanoseconds: 0 },
    linkName: kind === "symlink" || kind === "hardlink" ? header.linkName : "",
    device: { major: header.major, minor: header.minor },
    xattrs: NO_XATTRS,
  };
  if (type === "S") return { entry, skipped: 0, sparse: { map: "blocks" } };
  return { entry, skipped: skippedOf(kind, header, noRecord, name) };
}

function noRecord(): undefined {
  return undefined;
}

/** The entry of a file with holes, of which the archive has `entry.size` bytes. */
export function withHoles(entry: TarEntry, size: number, segments: readonly Segment[]): TarEntry {
  const { name } = entry;
  const fault = size < 0 ? "a negative size" : mapFault(segments, size);
  if (fault !== undefined) throw damaged(`the map of the sparse file has ${fault}`, name);
  const sparse = segments.filter(({ length }) => length > 0);
  if (lengthOf(sparse) !== entry.size) {
    throw damaged(`the map of the sparse file is for ${lengthOf(sparse)} bytes of data, and there are ${entry.size}`, name);
  }
  return { ...entry, size, sparse };
}

type Lookup = (key: string) => string | undefined;

/**
 * The oldest tars had no type for directories but the slash behind their names; some go on so. A "0" with content is a file all the same, as it is
 * for Go's archive/tar, and so for the tools that read most images.
 */
function kindOf(header: HeaderBlock, name: string, pax: Lookup): TarKind {
  const { type } = header;
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind === undefined) throw unsupported(`entries of type ${JSON.stringify(type)} are not supported`, name);
  if (kind !== "file" || type === "S" || !name.endsWith("/")) return kind;
  return type === "\0" || numberFrom(pax("size"), header.size, "size", name) === 0 ? "directory" : "file";
}

/**
 * Content that a directory is said to have. One without a type is refused if it has some: GNU tar passes that over, and for Go's archive/tar it is
 * further entries, so whoever looks through an archive with the one would not see what is unpacked with the other.
 */
function skippedOf(kind: TarKind, header: HeaderBlock, pax: Lookup, name: string): number {
  if (kind !== "directory" || header.type === "5") return 0;
  const size = requireSize(numberFrom(pax("size"), header.size, "size", name), name);
  if (size > 0 && header.type !== "D") throw damaged("a directory with content", name);
  return size;
}

/** Only an entry's own records count: no global header can be the map of several files. */
function sparseOf(type: string, local: PaxRecords, name: string): SparseDraft | undefined {
  if (type === "S") return { map: "blocks" };
  const [major, minor] = [local.get("GNU.sparse.major"), local.get("GNU.sparse.minor")];
  const map = local.get(SPARSE_MAP);
  const isOne = major === "1" && minor === "0";
  if (!isOne && major !== undefined && major !== "0") {
    throw unsupported(`sparse files of form ${shownVersion(major, minor)} are not supported; 0.0, 0.1 and 1.0 are`, name);
  }
  const told = local.get("GNU.sparse.realsize") ?? local.get("GNU.sparse.size");
  if (!isOne && map === undefined && told === undefined) return undefined; // without a map, all of it is a hole
  const size = numberFrom(told, Number.NaN, "size", name);
  if (Number.isNaN(size)) throw damaged("a sparse file without its size", name);
  if (isOne) return { map: "lines", size };
  const segments = parseMap(map ?? "");
  if (segments === undefined) throw damaged("the map of the sparse file is no list of numbers", name);
  return { map: "known", size, segments };
}

function shownVersion(major: string, minor = "?"): string {
  return `${major.slice(0, 20)}.${minor.slice(0, 20)}`;
}

/** Links, directories and devices are headers only, whatever size they claim. */
function sizeOf(kind: TarKind, header: HeaderBlock, pax: Lookup, name: string): number {
  return kind === "file" ? requireSize(numberFrom(pax("size"), header.size, "size", name), name) : 0;
}

function requireSize(size: number, name: string): number {
  if (size < 0) throw damaged("its size is negative", name);
  return size;
}

function numberFrom(pax: string | undefined, header: number, what: string, name: string): number {
  if (pax === undefined) return header;
  const value = paxNumber(pax);
  if (value === undefined) throw damaged(`its ${what} ${JSON.stringify(pax.slice(0, 40))} is no number`, name);
  return value;
}

function requireId(id: number, what: string, name: string): number {
  if (id < 0 || id > LARGEST_ID) throw damaged(`its ${what} is ${id}; 0 to ${LARGEST_ID} are accepted`, name);
  return id;
}

function requireTime<T>(time: T | undefined, name: string): T {
  if (time === undefined) throw damaged("its time is no number", name);
  return time;
}

/** The kernel lists no more names of a file's attributes: XATTR_LIST_MAX. */
const MOST_XATTR_NAMES = 65536;

function xattrsOf(local: PaxRecords, name: string, shared: ReadonlyMap<string, string> = NO_XATTRS): ReadonlyMap<string, string> {
  const own = xattrsIn(local);
  const all = own.size === 0 ? shared : shared.size === 0 ? own : new Map([...shared, ...own]);
  let bytes = 0;
  for (const key of all.keys()) bytes += key.length + 1;
  if (bytes > MOST_XATTR_NAMES)
    throw unsupported(`its attributes have names of ${bytes} bytes; at most ${MOST_XATTR_NAMES} are accepted`, name);
  return all;
}

/** The extended attributes among an entry's or an archive's records. */
export function xattrsIn(records: PaxRecords): ReadonlyMap<string, string> {
  let found: Map<string, string> | undefined;
  for (const [key, value] of records) {
    if (!key.startsWith(XATTR)) continue;
    found ??= new Map();
    found.set(key.slice(XATTR.length), value);
  }
  return found ?? NO_XATTRS;
}
