/** The tree of layers as a drawing, and as a graph for Graphviz. Pure. */
import { append } from "../base/append.ts";
import type { TreeNode } from "../image/layer-tree.ts";
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
    .flatMap((root) => drawn(root, "", ""))
    .map((line) => `${cut(line, width)}\n`)
    .join("");
}

function drawn(node: TreeNode, first: string, rest: string): string[] {
  const parts = node.images.length + node.children.length;
  const lines = [`${first}${describeNode(node)}`];
  const isChain = node.images.length === 0 && node.children.length === 1;
  for (const [i, image] of node.images.entries()) lines.push(`${rest}${i + 1 === parts ? "└" : "├"}─ ● ${visible(image)}`);
  for (const [i, child] of node.children.entries()) {
    const isLast = node.images.length + i + 1 === parts;
    if (isChain) append(lines, drawn(child, rest, rest));
    else append(lines, drawn(child, `${rest}${isLast ? "└" : "├"}─ `, `${rest}${isLast ? "   " : "│  "}`));
  }
  return lines;
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
  const add = (node: TreeNode, parent: TreeNode | undefined): void => {
    const label = [shortDigest(node.chainId), sizeText(node.size), ...(node.users > 1 ? [`shared by ${node.users}`] : [])].join("\n");
    lines.push(`  ${quoted(node.chainId)} [label=${quoted(label)}];`);
    if (parent !== undefined) lines.push(`  ${quoted(node.chainId)} -> ${quoted(parent.chainId)};`);
    for (const image of node.images) {
      lines.push(`  ${quoted(`image ${image}`)} [label=${quoted(image)}, shape=ellipse];`);
      lines.push(`  ${quoted(`image ${image}`)} -> ${quoted(node.chainId)};`);
    }
    for (const child of node.children) add(child, node);
  };
  for (const root of roots) add(root, undefined);
  return `${[...lines, "}"].join("\n")}\n`;
}

function quoted(text: string): string {
  return `"${text.split("\n").map(visible).join("\n").replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
