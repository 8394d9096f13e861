/** A container as `state` and `list` print it: the runtime specification's state, runc's additions, runc's layout. Pure. */

export interface ContainerView {
  readonly ociVersion: string;
  readonly id: string;
  /** 0 when stopped. */
  readonly pid: number;
  readonly status: "creating" | "created" | "running" | "paused" | "stopped";
  readonly bundle: string;
  readonly rootfs: string;
  /** RFC 3339, UTC. */
  readonly created: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Name of the user whose state directory it is, or the id of one without a name. */
  readonly owner: string;
}

export interface ListFormat {
  readonly format: "table" | "json";
  readonly quiet: boolean;
}

export function formatState(container: ContainerView): string {
  return `${JSON.stringify(inOrder(container), null, 2)}\n`;
}

/** As runc, `quiet` wins over `format`. */
export function formatList(containers: readonly ContainerView[], { format, quiet }: ListFormat): string {
  if (quiet) return containers.map((container) => `${container.id}\n`).join("");
  return format === "json" ? `${JSON.stringify(containers.map(inOrder))}\n` : formatTable(containers);
}

export const HEADER = ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"];

function formatTable(containers: readonly ContainerView[]): string {
  const lines = [HEADER, ...containers.map(rowOf)];
  const widths = HEADER.map((_, column) => Math.max(12, ...lines.map((line) => (line[column] ?? "").length + 3)));
  return lines.map((line) => `${line.map((cell, i) => (i === line.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join("")}\n`).join("");
}

export function rowOf({ id, pid, status, bundle, created, owner }: ContainerView): string[] {
  return [id, String(pid), status, bundle, created, owner];
}

/** The keys in runc's order, and no others, whatever else the object carries. */
export function inOrder({ ociVersion, id, pid, status, bundle, rootfs, created, annotations, owner }: ContainerView): ContainerView {
  return { ociVersion, id, pid, status, bundle, rootfs, created, ...(annotations === undefined ? {} : { annotations }), owner };
}
