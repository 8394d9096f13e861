/** A tree's names, attributes and links as lines of text, one for each name, to be compared later. Content is not in it. */
import { Fd } from "../sys/fd.ts";
import { OPEN } from "../sys/file.ts";
import { check } from "../sys/libc.ts";
import { lookAt, type NodeStatus, readLinkAt, readNames, tryOpenAt } from "../sys/tree.ts";
import { readXattrs } from "../sys/xattr.ts";
import { SELINUX_LABEL } from "./attributes.ts";
import { joinPath } from "./entry-name.ts";

/** Lines `"path" attributes…`, sorted by path within a directory. Same trees give the same lines, wherever they are. */
export function* listTree(root: number): Generator<string> {
  const links = new Map<string, string>();
  const status = lookAt(root, "");
  if (status !== undefined) yield line("", status, [], describeXattrs(root, ""));
  yield* listDirectory(root, "", links);
}

function* listDirectory(directory: number, path: string, links: Map<string, string>): Generator<string> {
  for (const name of readNames(directory)) {
    const status = lookAt(directory, name);
    if (status === undefined) continue; // removed by somebody just now: a missing line says so
    const here = joinPath(path, name);
    yield line(here, status, describeContent(directory, name, here, status, links), describeXattrs(directory, name));
    if (status.kind !== "directory") continue;
    using inner = new Fd(check(tryOpenAt(directory, name, OPEN.read | OPEN.directory), "open(2)", `open directory ${here}`));
    yield* listDirectory(inner.number, here, links);
  }
}

function describeContent(at: number, name: string, path: string, status: NodeStatus, links: Map<string, string>): (string | number)[] {
  const words: (string | number)[] = [];
  if (status.kind === "file") words.push(status.size);
  if (status.kind === "link") words.push(JSON.stringify(readLinkAt(at, name)));
  if (status.kind === "character" || status.kind === "block") words.push(`${status.device.major}:${status.device.minor}`);
  if (status.kind !== "directory" && status.links > 1) {
    const first = links.get(status.inode) ?? path;
    links.set(status.inode, first);
    words.push(`same as ${JSON.stringify(first)}`);
  }
  return words;
}

function describeXattrs(at: number, name: string): string[] {
  return readXattrs(at, name)
    .filter(([key]) => key !== SELINUX_LABEL)
    .map((xattr) => JSON.stringify(xattr));
}

function line(path: string, status: NodeStatus, content: readonly (string | number)[], xattrs: readonly string[]): string {
  const { kind, mode, uid, gid, modified } = status;
  const time = `${modified.seconds}.${String(modified.nanoseconds).padStart(9, "0")}`;
  return [JSON.stringify(path), kind, mode.toString(8), uid, gid, time, ...content, ...xattrs].join(" ");
}
