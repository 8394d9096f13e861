/** <root>/<id>/state.json: writes a container's record, and reads it back with as little trust as a file deserves. */
import { RuntimeError } from "../base/errors.ts";
import { parseOwnJson } from "../base/own-json.ts";
import { readTextIfThere } from "../sys/file/file.ts";
import { Replacement } from "../sys/file/replace-file.ts";
import { RECORD_FILE } from "./directory.ts";
import { findMisfit, intactMembers, KNOWN_VERSIONS, type StateRecord } from "./record.ts";

/** In bytes: more than the record of the largest config.json that is read. */
const LARGEST = 64 << 20;

/** Atomic: a reader sees the old record or the new one. */
export function writeRecord(directory: string, record: StateRecord): void {
  draftRecord(directory, record).putInPlace();
}

/** What the record is to be, on disk already; a reader sees the old one until it is put in its place. */
export function draftRecord(directory: string, record: StateRecord): Replacement {
  return new Replacement(`${directory}/${RECORD_FILE}`, JSON.stringify(record), { mode: 0o600 });
}

/** Undefined if there is no record (yet). Throws code "integrity" if it is damaged, of another version, or another container's. */
export function readRecord(directory: string): StateRecord | undefined {
  const path = `${directory}/${RECORD_FILE}`;
  const text = readRecordText(directory, path);
  if (text === undefined) return undefined;
  const value = parseOwnJson(text);
  const fault = findFault(value, directory);
  if (fault === undefined) return value as StateRecord; // all of it has just been checked
  throw damaged(
    directory,
    `${path}: ${fault}`,
    isOfOtherVersion(value) ? "use the lamina that created the container" : "the file is damaged",
  );
}

/** The intact part of a record that `readRecord` refuses; nothing if it belongs to another container. */
export function salvageRecord(directory: string): Partial<StateRecord> {
  try {
    const found = intactMembers(parseOwnJson(readTextIfThere(`${directory}/${RECORD_FILE}`, { follow: false, limit: LARGEST }) ?? ""));
    return found.id === idOf(directory) ? found : {};
  } catch (error) {
    if (error instanceof RuntimeError && !isPassing(error)) return {};
    throw error;
  }
}

function readRecordText(directory: string, path: string): string | undefined {
  try {
    return readTextIfThere(path, { follow: false, limit: LARGEST });
  } catch (error) {
    if (!(error instanceof RuntimeError) || isPassing(error)) throw error;
    throw damaged(directory, error.message.replace(/^cannot (use|read|open) /, ""), error.detail.hint);
  }
}

/** The file may be sound: it is this process, or the host, that has no more. */
const PASSING: ReadonlySet<string | undefined> = new Set(["EMFILE", "ENFILE", "ENOMEM"]);

function isPassing({ detail }: RuntimeError): boolean {
  return PASSING.has(detail.errno);
}

function findFault(value: unknown, directory: string): string | undefined {
  if (value === undefined) return "it is not JSON";
  if (isOfOtherVersion(value)) return "it was not written by this version of lamina";
  const misfit = findMisfit(value);
  if (misfit !== undefined) return misfit === "" ? "it is not a lamina record" : `${misfit} is not as lamina writes it`;
  const { id } = value as StateRecord;
  return id === idOf(directory) ? undefined : `it is the record of container ${id}`;
}

function isOfOtherVersion(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "version" in value &&
    Number.isInteger(value.version) &&
    !KNOWN_VERSIONS.includes(value.version)
  );
}

function idOf(directory: string): string {
  return directory.slice(directory.lastIndexOf("/") + 1);
}

function damaged(directory: string, fault: string, hint: string | undefined): RuntimeError {
  const advice = `lamina delete --force ${idOf(directory)} removes the container`;
  return new RuntimeError("integrity", `cannot read the state of the container: ${fault}`, {
    hint: hint === undefined ? advice : `${hint}; ${advice}`,
  });
}
