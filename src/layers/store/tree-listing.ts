/** A tree's names, attributes and links as lines of text, one for each name, to be compared later. Content is not in it. */

import type { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { Descent } from "../../sys/file/descent.ts";
import { lookAt, type NodeStatus, readLinkAt, readNames } from "../../sys/file/tree.ts";
import { readXattrs } from "../../sys/file/xattr.ts";
import { SELINUX_LABEL } from "../form/attributes.ts";
import { joinPath } from "../form/entry-name.ts";

/** Lines `"path" attributes…`, sorted by path within a directory. Same trees give the same lines, wherever they are. */
export function* listTree(root: Fd): Generator<string> {
  const links = new Map<string, string>();
  const status = lookAt(root.number, "");
  if (status !== undefined) yield line("", status, [], describeXattrs(root.number, ""));
  using tree = new Descent(root);
  const open = [{ path: "", left: readNames(root.number).values() }];
  for (let directory = open.at(-1); directory !== undefined; directory = open.at(-1)) {
    const { value: name, done } = directory.left.next();
    if (done) {
      open.pop();
      if (tree.depth > 0) tree.leave();
      continue;
    }
    const found = lookAt(tree.directory, name);
    if (found === undefined) continue; // removed by somebody just now: a missing line says so
    const path = joinPath(directory.path, name);
    yield line(path, found, describeContent(tree.directory, name, path, found, links), describeXattrs(tree.directory, name));
    if (found.kind !== "directory") continue;
    check(tree.tryEnter(name), "open(2)", `open directory ${path}`);
    open.push({ path, left: readNames(tree.directory).values() });
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
