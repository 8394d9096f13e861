/** Paths in the merged tree of a stack, with the links in it followed as a process in a container would: none leads out. */
import { readLinkAt } from "../../sys/file/tree.ts";
import type { LowerNode, LowerStack } from "./lower-stack.ts";

/** As the kernel counts: path_resolution(7). */
const MOST_LINKS = 40;

/** What `path` means, with its path in the tree: no link on the way, and not itself one. undefined if there is nothing. */
export function resolveShown(stack: LowerStack, path: string): { readonly path: string; readonly node: LowerNode } | undefined {
  let ahead = path.split("/");
  const behind: string[] = [];
  let links = 0;
  for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      behind.pop(); // what is above the root is the root
      continue;
    }
    const node = stack.find([...behind, part].join("/"));
    if (node?.status.kind === "link") {
      if (++links > MOST_LINKS) return undefined;
      const target = readLinkAt(node.root, node.path);
      if (target.startsWith("/")) behind.length = 0;
      ahead = [...target.split("/"), ...ahead];
    } else {
      const isUsable = node !== undefined && (node.status.kind === "directory" || ahead.every((one) => one === ""));
      if (!isUsable) return undefined;
      behind.push(part);
    }
  }
  const found = behind.join("/");
  const node = stack.find(found);
  return node === undefined ? undefined : { path: found, node };
}
