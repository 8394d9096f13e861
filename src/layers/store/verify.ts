/** Whether an unpacked layer is still what its archive made of it: content by the archive's digest, all else by a list of names. */
import { RuntimeError } from "../../base/errors.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { Sha256 } from "../../sys/library/hash.ts";
import { tellsOfDamage } from "./damage.ts";
import { LISTING, readListing } from "./listing-file.ts";
import { rebuildArchive } from "./rebuild-archive.ts";
import type { LayerRecord } from "./store.ts";
import { listTree } from "./tree-listing.ts";

const MOST_NAMED = 20;

/** One sentence for each difference, the first few of many. Throws if it cannot be told. `tell` hears how many bytes of the archive are compared. */
export function verifyLayer(directory: string, record: LayerRecord, tell?: (bytes: number) => void): string[] {
  return [...compareTree(directory), ...compareContent(directory, record, tell)];
}

function compareTree(directory: string): string[] {
  using root = openFile(`${directory}/diff`, OPEN.read | OPEN.directory);
  const named: string[] = [];
  let more = 0;
  try {
    for (const difference of differences(readListing(directory), listTree(root))) {
      if (named.length < MOST_NAMED) named.push(difference);
      else more++;
    }
  } catch (error) {
    if (error instanceof RuntimeError && tellsOfDamage(error)) return [error.message];
    throw error;
  }
  if (named[0] === NO_ROOT) return [`the list of the layer's files ${directory}/${LISTING} is damaged`];
  return more === 0 ? named : [...named, `${more} more files differ`];
}

/** The root comes first in every list, whatever is in it. */
const NO_ROOT = '"" was added';

/** Both lists are in the same order, so neither has to be in memory. */
function* differences(expected: Iterable<string>, found: Generator<string>): Generator<string> {
  const next = (): string | undefined => found.next().value || undefined;
  let now = next();
  for (const line of expected) {
    while (now !== undefined && now !== line && placeOf(now) < placeOf(line)) {
      yield `${nameIn(now)} was added`;
      now = next();
    }
    if (now === undefined || nameIn(now) !== nameIn(line)) {
      yield `${nameIn(line)} is missing`;
      continue;
    }
    if (now !== line) yield `${nameIn(line)} is ${restOf(now)}, and was ${restOf(line)}`;
    now = next();
  }
  for (; now !== undefined; now = next()) yield `${nameIn(now)} was added`;
}

/** The quoted name ends at the first quotation mark that no backslash precedes. */
function nameIn(line: string): string {
  return /^"(?:[^"\\]|\\.)*"/.exec(line)?.[0] ?? "";
}

function restOf(line: string): string {
  return line.slice(nameIn(line).length + 1);
}

/** Strings in the order of the lines: a directory's names come before whatever sorts behind the directory. */
function placeOf(line: string): string {
  try {
    return String(JSON.parse(nameIn(line))).replaceAll("/", "\0");
  } catch {
    return ""; // a line of a damaged list, which comes first and is told to be missing
  }
}

function compareContent(directory: string, { diffId }: LayerRecord, tell?: (bytes: number) => void): string[] {
  const hash = new Sha256();
  try {
    for (const bytes of rebuildArchive(directory)) {
      hash.update(bytes);
      tell?.(bytes.length);
    }
  } catch (error) {
    if (error instanceof RuntimeError && tellsOfDamage(error)) return [error.message];
    throw error;
  }
  const found = hash.digest();
  return found === diffId ? [] : [`the content of its files has changed: its archive would be ${found}, not ${diffId}`];
}
