import { expect, test } from "bun:test";
import { treeDot, treeText } from "../../../../src/commands/text/image-tree-text.ts";
import type { TreeNode } from "../../../../src/image/store/layer-tree.ts";
import { digestOf } from "../../../../src/sys/library/hash.ts";

function node(name: string, rest: Partial<TreeNode> = {}): TreeNode {
  const digest = digestOf(name);
  return { chainId: digest, diffId: digest, blob: digest, size: 1000, createdBy: name, images: [], users: 1, children: [], ...rest };
}

const id = (name: string): string => digestOf(name).slice(7, 19);

const TREE = [
  node("base", {
    users: 3,
    images: ["debian:12"],
    children: [
      node("left", { users: 2, children: [node("more", { users: 2, images: ["a:1", "a:2"] })] }),
      node("right\u001b\n  too", { images: ["b"] }),
    ],
  }),
  node("alone", { images: ["x"] }),
];

test("the drawing branches where images diverge, and stacks the rest", () => {
  expect(treeText(TREE, 100)).toBe(
    [
      `${id("base")}   1.0 kB   shared by 3   base`,
      "├─ ● debian:12",
      `├─ ${id("left")}   1.0 kB   shared by 2   left`,
      `│  ${id("more")}   1.0 kB   shared by 2   more`,
      "│  ├─ ● a:1",
      "│  └─ ● a:2",
      `└─ ${id("right\u001b\n  too")}   1.0 kB   right\\u{1b} too`,
      "   └─ ● b",
      `${id("alone")}   1.0 kB   alone`,
      "└─ ● x",
      "",
    ].join("\n"),
  );
});

test("lines that are too long end in an ellipsis", () => {
  for (const line of treeText(TREE, 20).split("\n")) expect([...line].length).toBeLessThanOrEqual(20);
});

test("the graph points from images to layers and from layers to their parents, and quotes foreign text", () => {
  const quoting = [node("base", { images: ['a"b\\'], children: [node("top")] })];
  expect(treeDot(quoting)).toBe(
    [
      "digraph layers {",
      "  rankdir=BT;",
      "  node [shape=box];",
      `  "${digestOf("base")}" [label="${id("base")}\\n1.0 kB"];`,
      '  "image a\\"b\\\\" [label="a\\"b\\\\", shape=ellipse];',
      `  "image a\\"b\\\\" -> "${digestOf("base")}";`,
      `  "${digestOf("top")}" [label="${id("top")}\\n1.0 kB"];`,
      `  "${digestOf("top")}" -> "${digestOf("base")}";`,
      "}",
      "",
    ].join("\n"),
  );
});

test("a stack of tens of thousands of layers is drawn", () => {
  let tree = node("top", { images: ["deep"] });
  for (let i = 0; i < 30_000; i++) tree = node("layer", { children: [tree] });
  expect(treeText([tree], 100).split("\n")).toHaveLength(30_003);
  expect(treeDot([tree]).split("\n").length).toBeGreaterThan(60_000);
});
