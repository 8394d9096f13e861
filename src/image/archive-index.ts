/**
 * Where the files of an image archive lie: the headers of an uncompressed tar that can be read anywhere, one after the
 * other, with the content skipped. Only names, sizes and links count here; unpacking layers is layers/'s job.
 */
import { RuntimeError } from "../base/errors.ts";
import { BLOCK, decodeHeader, isZeroBlock } from "../tar/header.ts";
import { decodePax, paxNumber } from "../tar/pax.ts";
import { type Extent, readChunks } from "./file-chunks.ts";

/** More headers than any image archive has. */
const MOST_ENTRIES = 100_000;
const LONGEST_EXTENSION = 1024 * 1024;

interface Header extends Extent {
  readonly name: string;
  readonly type: string;
  readonly link: string;
}

/** Regular files by name, without a leading "./". Links within the archive are followed; of two files of one name the later counts. */
export async function indexArchive(path: string): Promise<ReadonlyMap<string, Extent>> {
  const files = new Map<string, Extent>();
  const links = new Map<string, string>();
  for await (const { name, type, link, offset, size } of headersOf(path)) {
    const clean = cleanName(name);
    if (type === "0" || type === "7") files.set(clean, { offset, size });
    if (type === "1") links.set(clean, cleanName(link));
    if (type === "2") links.set(clean, cleanName(`${clean}/../${link}`));
  }
  for (const [name, target] of links) {
    const extent = files.get(links.get(target) ?? target);
    if (extent !== undefined && !files.has(name)) files.set(name, extent);
  }
  return files;
}

async function* headersOf(path: string): AsyncGenerator<Header, void, undefined> {
  const file = Bun.file(path);
  const read = async (offset: number, size: number): Promise<Buffer> =>
    Buffer.concat(await Array.fromAsync(readChunks(path, { offset, size })));
  let extension: Partial<Header> = {};
  let count = 0;
  for (let at = 0; at + BLOCK <= file.size; ) {
    const block = await read(at, BLOCK);
    if (isZeroBlock(block, 0)) return;
    if (++count > MOST_ENTRIES) throw damaged(path, `it has more than ${MOST_ENTRIES} entries`);
    const header = decodeHeader(block, 0);
    const { name, linkName: link } = header;
    const type = header.type === "\0" ? "0" : header.type;
    const offset = at + BLOCK;
    const size = extension.size ?? header.size;
    if (size < 0 || offset + size > file.size) throw damaged(path, `it ends within the entry at byte ${at}`);
    at = offset + Math.ceil(size / BLOCK) * BLOCK;
    if ("LKxg".includes(type)) {
      if (size > LONGEST_EXTENSION) throw damaged(path, `an extended header has ${size} bytes`);
      if (type !== "g") extension = { ...extension, ...extensionOf(type, await read(offset, size)) };
      continue;
    }
    yield { name, type, link, ...extension, offset, size };
    extension = {};
  }
}

/** GNU's long names and links, and those records of PAX that count here. */
function extensionOf(type: string, data: Buffer): Partial<Header> {
  const text = data.toString("latin1").replace(/\0.*$/s, "");
  if (type === "L") return { name: text };
  if (type === "K") return { link: text };
  const records = decodePax(data);
  const [name, link, size] = [records.get("path"), records.get("linkpath"), paxNumber(records.get("size") ?? "")];
  return { ...(name === undefined ? {} : { name }), ...(link === undefined ? {} : { link }), ...(size === undefined ? {} : { size }) };
}

/** Without ".", ".." and empty parts: it names nothing outside of the archive. */
function cleanName(name: string): string {
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function damaged(path: string, reason: string): RuntimeError {
  return new RuntimeError("integrity", `cannot read archive ${path}: ${reason}`);
}
