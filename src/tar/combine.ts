/** One entry out of everything that an archive says about it: its header block, extended headers, GNU's long names. Pure. */
import { damaged, type TarEntry, type TarKind, unsupported } from "./entry.ts";
import type { HeaderBlock } from "./header.ts";
import { type PaxRecords, paxNumber, paxTime } from "./pax.ts";

/** What came before the header block, and for which entries it counts. */
export interface Extensions {
  /** From "g" headers: for all entries that follow. */
  readonly global: PaxRecords;
  /** From "x" headers: for this entry. */
  readonly local: PaxRecords;
  /** GNU's "L" and "K". They win over the others, as in most readers. */
  readonly longName?: string | undefined;
  readonly longLink?: string | undefined;
}

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
};

const XATTR = "SCHILY.xattr.";
/** As user or group, -1 means "as it is" to the kernel. */
const LARGEST_ID = 0xfffffffe;
const NO_XATTRS: ReadonlyMap<string, string> = new Map();

export function combine(header: HeaderBlock, extensions: Extensions): TarEntry {
  const { global, local } = extensions;
  const pax = (key: string): string | undefined => {
    const value = local.get(key) ?? global.get(key);
    return value === "" ? undefined : value;
  };
  const name = extensions.longName ?? pax("path") ?? header.name;
  const kind = kindOf(header.type, name, pax);
  const linkName = kind === "symlink" || kind === "hardlink" ? (extensions.longLink ?? pax("linkpath") ?? header.linkName) : "";
  if (name.includes("\0") || linkName.includes("\0")) throw damaged("its name or target contains a NUL byte", name);
  if (name === "") throw damaged("it has no name", name);
  const time = pax("mtime");
  return {
    name,
    kind,
    mode: header.mode,
    uid: requireId(numberFrom(pax("uid"), header.uid, "user id", name), "user id", name),
    gid: requireId(numberFrom(pax("gid"), header.gid, "group id", name), "group id", name),
    size: sizeOf(kind, header, pax, name),
    modified: time === undefined ? { seconds: header.mtime, nanoseconds: 0 } : requireTime(paxTime(time), name),
    linkName,
    device: { major: header.major, minor: header.minor },
    xattrs: global.size + local.size === 0 ? NO_XATTRS : xattrsOf(global, local),
  };
}

type Lookup = (key: string) => string | undefined;

function kindOf(type: string, name: string, pax: Lookup): TarKind {
  const isSparse = type === "S" || pax("GNU.sparse.major") !== undefined || pax("GNU.sparse.map") !== undefined;
  if (isSparse || pax("GNU.sparse.size") !== undefined || pax("GNU.sparse.name") !== undefined) {
    throw unsupported("sparse files are not supported; GNU tar writes plain ones without --sparse", name);
  }
  const kind = KINDS[type];
  if (kind === undefined) throw unsupported(`entries of type ${JSON.stringify(type)} are not supported`, name);
  return kind === "file" && name.endsWith("/") ? "directory" : kind; // the oldest tars had no type for directories
}

/** Links, directories and devices are headers only, whatever size they claim. */
function sizeOf(kind: TarKind, header: HeaderBlock, pax: Lookup, name: string): number {
  if (kind === "directory" && header.type === "5") return 0;
  if (kind !== "file" && kind !== "directory") return 0;
  const size = numberFrom(pax("size"), header.size, "size", name);
  if (size < 0) throw damaged("its size is negative", name);
  if (kind === "directory" && size > 0) throw damaged("a directory with content", name);
  return size;
}

function numberFrom(pax: string | undefined, header: number, what: string, name: string): number {
  if (pax === undefined) return header;
  const value = paxNumber(pax);
  if (value === undefined) throw damaged(`its ${what} ${JSON.stringify(pax)} is no number`, name);
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

function xattrsOf(global: PaxRecords, local: PaxRecords): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const records of [global, local]) {
    for (const [key, value] of records) if (key.startsWith(XATTR)) found.set(key.slice(XATTR.length), value);
  }
  return found;
}
