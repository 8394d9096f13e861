/** The tree of layers as a drawing, and as a graph for Graphviz. Pure. */
import { append } from "../../base/append.ts";
import type { TreeNode } from "../../image/store/layer-tree.ts";
import { shortDigest, sizeText } from "./columns.ts";
import { visible } from "./wrap.ts";

/**
 * A stack of layers without a branch stands in one column; where images part, the lines part:
 *
 *   0a1b2c3d4e5f   74.2 MB   3 images   ADD rootfs.tar
 *   ├─ 6f5e4d3c2b1a   1.2 MB   RUN apt-get install …
 *   │  ● web:1
 *   └─ …
 */
export function treeText(roots: readonly TreeNode[], width: number): string {
  return roots
    .flatMap(drawn)
    .map((line) => `${cut(line, width)}\n`)
    .join("");
}

interface Branch {
  readonly node: TreeNode;
  /** What stands before the node's own line, and before the lines below it. */
  readonly first: string;
  readonly rest: string;
}

/** Without recursion: an image may have thousands of layers. */
function drawn(root: TreeNode): string[] {
  const lines: string[] = [];
  const waiting: Branch[] = [{ node: root, first: "", rest: "" }];
  for (let branch = waiting.pop(); branch !== undefined; branch = waiting.pop()) {
    const { node, first, rest } = branch;
    const parts = node.images.length + node.children.length;
    lines.push(`${first}${describeNode(node)}`);
    for (const [i, image] of node.images.entries()) lines.push(`${rest}${i + 1 === parts ? "└" : "├"}─ ● ${visible(image)}`);
    append(waiting, branchesOf(node, rest).reverse());
  }
  return lines;
}

/** A chain goes on in the same column. */
function branchesOf({ images, children }: TreeNode, rest: string): Branch[] {
  const isChain = images.length === 0 && children.length === 1;
  return children.map((node, i) => {
    const isLast = i + 1 === children.length;
    return isChain
      ? { node, first: rest, rest }
      : { node, first: `${rest}${isLast ? "└" : "├"}─ `, rest: `${rest}${isLast ? "   " : "│  "}` };
  });
}

function describeNode({ chainId, size, users, createdBy }: TreeNode): string {
  const shared = users > 1 ? [`shared by ${users}`] : [];
  const made = createdBy === undefined ? [] : [visible(createdBy.replace(/\s+/g, " "))];
  return [shortDigest(chainId), sizeText(size), ...shared, ...made].join("   ");
}

function cut(line: string, width: number): string {
  const characters = [...line];
  return characters.length <= width ? line : `${characters.slice(0, width - 1).join("")}…`;
}

export function treeDot(roots: readonly TreeNode[]): string {
  const lines = ["digraph layers {", "  rankdir=BT;", "  node [shape=box];"];
  const waiting: { readonly node: TreeNode; readonly parent?: TreeNode }[] = roots.map((node) => ({ node })).reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, parent } = next;
    const label = [shortDigest(node.chainId), sizeText(node.size), ...(node.users > 1 ? [`shared by ${node.users}`] : [])].join("\n");
    lines.push(`  ${quoted(node.chainId)} [label=${quoted(label)}];`);
    if (parent !== undefined) lines.push(`  ${quoted(node.chainId)} -> ${quoted(parent.chainId)};`);
    for (const image of node.images) {
      lines.push(`  ${quoted(`image ${image}`)} [label=${quoted(image)}, shape=ellipse];`);
      lines.push(`  ${quoted(`image ${image}`)} -> ${quoted(node.chainId)};`);
    }
    append(waiting, node.children.map((child) => ({ node: child, parent: node })).reverse());
  }
  return `${[...lines, "}"].join("\n")}\n`;
}

function quoted(text: string): string {
  return `"${text.split("\n").map(visible).join("\n").replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
