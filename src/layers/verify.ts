/** Whether an unpacked layer is still what its archive made of it: content by the archive's digest, all else by a list of names. */
import { digestFromHex } from "../base/digest.ts";
import { RuntimeError } from "../base/errors.ts";
import { readAll } from "../sys/fd.ts";
import { OPEN, openFile } from "../sys/file.ts";
import { rebuildArchive } from "./archive-record.ts";
import type { LayerRecord } from "./store.ts";
import { listTree } from "./tree-listing.ts";

/** The lines of `listTree` when the layer was written, as one zstd frame. */
export const LISTING = "tree.zst";
const MOST_NAMED = 20;

/** One sentence for each difference, the first few of many. */
export function verifyLayer(directory: string, record: LayerRecord): string[] {
  return [...compareTree(directory), ...compareContent(directory, record)];
}

function compareTree(directory: string): string[] {
  using root = openFile(`${directory}/diff`, OPEN.read | OPEN.directory);
  const expected = readListing(directory);
  if (expected === undefined) return [`the list of the layer's files ${directory}/${LISTING} is missing or damaged`];
  const found = new Map([...listTree(root.number)].map(byName));
  const changed = [...expected].flatMap(([name, line]) => {
    const now = found.get(name);
    if (now === undefined) return [`${name} is missing`];
    return now === line ? [] : [`${name} is ${now}, and was ${line}`];
  });
  const added = [...found.keys()].filter((name) => !expected.has(name)).map((name) => `${name} was added`);
  const all = [...changed, ...added];
  return all.length <= MOST_NAMED ? all : [...all.slice(0, MOST_NAMED), `${all.length - MOST_NAMED} more files differ`];
}

function readListing(directory: string): Map<string, string> | undefined {
  try {
    using file = openFile(`${directory}/${LISTING}`, OPEN.read);
    const lines = Bun.zstdDecompressSync(readAll(file.number, LISTING)).toString().split("\n").map(byName);
    return lines[0]?.[0] === '""' ? new Map(lines) : undefined; // the root comes first
  } catch {
    return undefined; // whatever the reason is: it cannot be compared with
  }
}

/** The quoted name ends at the first quotation mark that no backslash precedes. */
function byName(line: string): [name: string, rest: string] {
  const end = /^"(?:[^"\\]|\\.)*"/.exec(line)?.[0].length ?? 0;
  return [line.slice(0, end), line.slice(end + 1)];
}

function compareContent(directory: string, { diffId }: LayerRecord): string[] {
  const hash = new Bun.CryptoHasher("sha256");
  try {
    for (const bytes of rebuildArchive(directory)) hash.update(bytes);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    return [error.message];
  }
  const found = digestFromHex(hash.digest("hex"));
  return found === diffId ? [] : [`the content of its files has changed: its archive would be ${found}, not ${diffId}`];
}
