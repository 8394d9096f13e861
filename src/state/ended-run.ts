/**
 * How a container's program ended: written by native/init/supervisor.c or by `run`, never guessed. It lies in the container's
 * state directory and, since a writable layer outlives containers, beside the layer for the next container.
 */
import { RuntimeError } from "../base/errors.ts";
import { parseOwnJson } from "../base/own-json.ts";
import { signalName } from "../base/signals.ts";
import { readTextIfThere } from "../sys/file/file.ts";

/** In the state directory. */
export const EXIT_FILE = "exit.json";

/** In bytes. It holds an id, some numbers and a date. */
const LARGEST = 65536;

export interface EndedRun {
  /** The container's id; the container may be gone by now. */
  readonly id: string;
  readonly created: string;
  /** Seconds since 1970, with milliseconds. */
  readonly started: number;
  readonly finished: number;
  /** The exit status, unless a signal ended it. */
  readonly exited?: number;
  readonly killed?: number;
}

/** As commands show it. */
export interface LastRun {
  /** 128 plus the signal's number if a signal ended it, as in shells. */
  readonly exitStatus: number;
  readonly signal?: string;
  /** RFC 3339, UTC. */
  readonly started: string;
  readonly finished: string;
}

/** Undefined if there is none, or it is not lamina's: a crashed machine may have left half of one. */
export function readEndedRun(path: string): EndedRun | undefined {
  try {
    return parseEndedRun(readTextIfThere(path, { follow: false, limit: LARGEST }) ?? "");
  } catch (error) {
    if (error instanceof RuntimeError) return undefined;
    throw error;
  }
}

export function describeRun({ started, finished, exited, killed }: EndedRun): LastRun {
  const times = { started: instant(started), finished: instant(finished) };
  return killed === undefined ? { exitStatus: exited ?? 0, ...times } : { exitStatus: 128 + killed, signal: signalName(killed), ...times };
}

function instant(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString();
}

export function parseEndedRun(text: string): EndedRun | undefined {
  const value = parseOwnJson(text);
  return isEndedRun(value) ? value : undefined;
}

export function isEndedRun(value: unknown): value is EndedRun {
  if (typeof value !== "object" || value === null || !("id" in value) || !("created" in value)) return false;
  if (!("started" in value) || !("finished" in value) || !isTime(value.started) || !isTime(value.finished)) return false;
  const end = "killed" in value ? value.killed : "exited" in value ? value.exited : undefined;
  return typeof value.id === "string" && typeof value.created === "string" && isStatus(end) && !("killed" in value && "exited" in value);
}

const LAST_TIME = 253402300799; // the end of the year 9999

function isTime(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= LAST_TIME;
}

function isStatus(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 255;
}
