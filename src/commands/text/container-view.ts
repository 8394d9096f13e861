/** A container as `state` and `list` print it: the runtime specification's state, runc's additions, runc's layout. Pure. */
import { largest } from "../../base/append.ts";
import { plainJson } from "../../base/plain-json.ts";
import type { Resources } from "../../spec/types.ts";
import { ageText } from "./columns.ts";

export interface ContainerView {
  readonly ociVersion: string;
  readonly id: string;
  /** 0 when stopped. */
  readonly pid: number;
  readonly status: "creating" | "created" | "running" | "paused" | "stopped" | "deleted";
  readonly bundle: string;
  readonly rootfs: string;
  /** RFC 3339, UTC. */
  readonly created: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Name of the user whose state directory it is, or the id of one without a name. */
  readonly owner: string;
  /** The limits that `update` has changed, as the kernel has them. Absent if it has changed none. */
  readonly resources?: Resources;
  /** How its program ended; of one that has not, how the one before it on the same writable layer did. Absent if unknown. */
  readonly lastRun?: RunView;
}

export interface RunView {
  /** 128 + the signal's number if one ended it. */
  readonly exitStatus: number;
  readonly signal?: string;
  /** RFC 3339, UTC. */
  readonly started: string;
  readonly finished: string;
}

export interface ListFormat {
  readonly format: "table" | "json";
  readonly quiet: boolean;
}

export function formatState(container: ContainerView): string {
  return `${plainJson(JSON.stringify(inOrder(container), null, 2))}\n`;
}

/** As runc, `quiet` wins over `format`. */
export function formatList(containers: readonly ContainerView[], { format, quiet }: ListFormat): string {
  if (quiet) return containers.map((container) => `${container.id}\n`).join("");
  return format === "json" ? `${plainJson(JSON.stringify(containers.map(inOrder)))}\n` : formatTable(containers);
}

/** runc's columns, and behind them how containers ended, where that is known of any. */
export function tableOf(containers: readonly ContainerView[], now = Date.now()): string[][] {
  const header = ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"];
  const rows = containers.map(({ id, pid, status, bundle, created, owner }) => [id, String(pid), status, bundle, created, owner]);
  if (containers.every(({ lastRun }) => lastRun === undefined)) return [header, ...rows];
  return [[...header, "LAST RUN"], ...rows.map((row, i) => [...row, runWords(containers[i]?.lastRun, now)])];
}

function runWords(run: RunView | undefined, now: number): string {
  if (run === undefined) return "";
  const status = run.signal === undefined ? run.exitStatus : `${run.exitStatus}, ${run.signal}`;
  return `exited (${status}) ${ageText(now - Date.parse(run.finished))}`;
}

function formatTable(containers: readonly ContainerView[]): string {
  const lines = tableOf(containers);
  const widths = (lines[0] ?? []).map((_, column) => Math.max(12, largest(lines.map((line) => (line[column] ?? "").length + 3))));
  return lines.map((line) => `${line.map((cell, i) => (i === line.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join("")}\n`).join("");
}

/** The keys in runc's order with ours behind them, and no others, whatever else the object carries. */
export function inOrder(container: ContainerView): ContainerView {
  const { ociVersion, id, pid, status, bundle, rootfs, created, annotations, owner, resources, lastRun } = container;
  return {
    ociVersion,
    id,
    pid,
    status,
    bundle,
    rootfs,
    created,
    ...(annotations === undefined ? {} : { annotations }),
    owner,
    ...(resources === undefined ? {} : { resources }),
    ...(lastRun === undefined ? {} : { lastRun }),
  };
}
