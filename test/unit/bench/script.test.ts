/** The stopwatch's scripts and answers. */
import { expect, test } from "bun:test";
import type { Runtime } from "../../../bench/runtimes.ts";
import { collect, encodeScript, interleave, parseTiming, roundOrders, type Sequence } from "../../../bench/script.ts";

const LAMINA: Runtime = { name: "lamina", path: "/lamina", version: "1", root: "/state/lamina" };
const CRUN: Runtime = { name: "crun", path: "/crun", version: "1", root: "/state/crun" };

const SEQUENCES: readonly Sequence[] = [
  { steps: [{ kind: "run", argv: ["/crun", "create", "a b"] }] },
  {
    runtime: "crun",
    steps: [
      { kind: "pause", milliseconds: 50 },
      { kind: "watch", file: "/pid" },
      { kind: "try", argv: ["/crun", "start"] },
      { kind: "await" },
    ],
  },
];

test("a script has a NUL after each word, an empty word after each step, and an end after each sequence", () => {
  expect(encodeScript(SEQUENCES).replaceAll("\0", "|")).toBe(
    "run|/crun|create|a b||end||pause|50||watch|/pid||try|/crun|start||await||end||",
  );
});

test.each(["", "a\0b"])("the word %p, which would change the meaning of a script, is refused", (word) => {
  expect(() => encodeScript([{ steps: [{ kind: "run", argv: ["/crun", word] }] }])).toThrow("cannot encode the word");
});

test("the answer's lines belong to the commands in script order", () => {
  expect(parseTiming("1500000 0 2048\n2000000 7 4096\nwall 9000000\n", SEQUENCES)).toEqual({
    costs: [[{ milliseconds: 1.5, status: 0, maxrssKib: 2048 }], [{ milliseconds: 2, status: 7, maxrssKib: 4096 }]],
    wallMilliseconds: 9,
  });
});

test.each([
  ["a line too few", "1 0 1\nwall 1\n"],
  ["a line too many", "1 0 1\n1 0 1\n1 0 1\nwall 1\n"],
  ["no wall time", "1 0 1\n1 0 1\n"],
  ["something else", "1 0 1\nfrob\nwall 1\n"],
])("an answer with %s is refused", (_, text) => {
  expect(() => parseTiming(text, SEQUENCES)).toThrow("cannot read the stopwatch's answer");
});

test("only sequences of a runtime become samples", () => {
  const timing = parseTiming("1000000 0 1\n2000000 0 1\nwall 1\n", SEQUENCES);

  expect(collect(SEQUENCES, timing, (costs) => costs[0]?.milliseconds ?? 0)).toEqual({ crun: [2] });
});

test("one round that does not count precedes rounds whose order changes", () => {
  const sequences = interleave([LAMINA, CRUN], 3, ({ path }) => [{ kind: "run", argv: [path] }]);

  expect(sequences.map(({ runtime }) => runtime)).toEqual([undefined, undefined, "lamina", "crun", "crun", "lamina", "lamina", "crun"]);
  expect(sequences[3]?.steps).toEqual([{ kind: "run", argv: ["/crun"] }]);
});

test("in six rounds of three, each runs first twice, and twice after each of the others", () => {
  const pairs = roundOrders(["a", "b", "c"], 6).flatMap(([x = "", y = "", z = ""]) => [x, x + y, y + z]);

  expect(Object.groupBy(pairs, (pair) => pair)).toEqual(
    Object.fromEntries(["a", "b", "c", "ab", "ac", "ba", "bc", "ca", "cb"].map((pair) => [pair, [pair, pair]])),
  );
});
