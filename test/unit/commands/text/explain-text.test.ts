import { expect, test } from "bun:test";
import { hostPath } from "../../../../src/base/paths.ts";
import { formatPlanJson, formatPlanText } from "../../../../src/commands/text/explain-text.ts";
import type { Explained, Explanation } from "../../../../src/host/explain.ts";
import type { HostStep } from "../../../../src/plan/steps/host-step.ts";
import { type InitStep, type OnFailure, SYNC_POINTS } from "../../../../src/plan/steps/step.ts";

interface More {
  readonly words?: string;
  readonly origin?: string;
  readonly onFailure?: OnFailure;
}

/** Steps with made-up words; `more` by the place in the list. */
function explained<S extends { readonly op: string }>(steps: readonly S[], more: Readonly<Record<number, More>> = {}): Explained<S>[] {
  return steps.map((step, i) => {
    const { words = `do ${step.op}`, origin = "", onFailure = "stop" } = more[i] ?? {};
    const location = origin === "" ? null : "config.json:3:5";
    return { index: i + 1, op: step.op, words, call: "call(2)", origin, location, onFailure, step };
  });
}

const HOST: readonly HostStep[] = [
  { op: "makeCgroup", path: hostPath("/c") },
  { op: "spawnInit" },
  { op: "await", point: "id-maps" },
  { op: "release", point: "id-maps" },
  { op: "await", point: "ready" },
  { op: "saveState" },
  { op: "release", point: "ready" },
];

const INIT: readonly InitStep[] = [
  { op: "unshare", flags: 0x10000000 },
  { op: "sync", point: SYNC_POINTS["id-maps"] },
  { op: "cloneChild", flags: 0 },
  { op: "pivotRoot" },
  { op: "sync", point: SYNC_POINTS.ready },
  { op: "waitStart" },
  { op: "exec", args: ["/bin/true"], env: [] },
];

function explanation(more: Partial<Explanation> = {}): Explanation {
  return { bundle: hostPath("/b"), id: "ID", warnings: [], host: explained(HOST), init: explained(INIT), ...more };
}

/** Number and title lines only. */
function outline(text: string): string[] {
  return text
    .split("\n")
    .slice(3)
    .map((line) => /^ +([hi]\d+) /.exec(line)?.[1] ?? line)
    .filter((line) => line !== "");
}

test("host and init steps are in chronological order, with init's part before the host's wait for it", () => {
  expect(outline(formatPlanText(explanation()))).toEqual([
    ...["host: cgroup", "h1", "host: init", "h2"],
    ...["init: namespaces", "i1", "i2"],
    ...["host: in step with init", "h3", "h4"],
    ...["init: namespaces", "i3", "init: the new root", "i4", "i5"],
    ...["host: the container is created", "h5", "h6", "h7"],
    ...["init: the new root", "i6", 'init: after "lamina start"', "i7"],
  ]);
});

test("a plan whose host never waits for init still has every step", () => {
  const host = explained(HOST.filter(({ op }) => op !== "await" && op !== "release"));
  const steps = outline(formatPlanText(explanation({ host }))).filter((line) => /^[hi]\d+$/.test(line));
  expect(steps).toEqual(["h1", "h2", "h3", "i1", "i2", "i3", "i4", "i5", "i6", "i7"]);
});

test("a step's line has its words, its call, and the place and pointer of the value", () => {
  const init = explained(INIT, { 3: { words: "turn around", origin: "/root/path" } });
  const line = formatPlanText(explanation({ init }))
    .split("\n")
    .find((one) => one.includes("turn around"));
  expect(line?.trim().split(/ {2,}/)).toEqual(["i4", "turn around", "call(2)", "config.json:3:5 /root/path"]);
});

test.each([
  ["warn", "[if it fails: warn and go on]", ""],
  ["ignore", "[if it fails: go on]", ""],
  ["else", "[if it fails: i2 instead]", "[only if i1 failed]"],
  ["stop", "", ""],
] as const)("a step that may fail by %s says what follows", (onFailure, first, second) => {
  const init = explained(INIT, { 0: { words: "first", onFailure }, 1: { words: "second" } });
  const text = formatPlanText(explanation({ init }));
  const tailOf = (word: string): string | undefined => new RegExp(`${word} ?(.*?) {2,}`).exec(text)?.[1];
  expect([tailOf("first"), tailOf("second")]).toEqual([first, second]);
});

test("no line is longer than 140 columns, and nothing of a long step is lost", () => {
  const words = `mount ${"verylongword".repeat(20)} on /a/b with ${"x,".repeat(100)}`;
  const origin = `/linux/resources/unified/${"key".repeat(40)}`;
  const text = formatPlanText(explanation({ init: explained(INIT, { 3: { words, origin } }) }));
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(140);
  const columns = (from: number, to: number): string => text.replace(/^.*$/gm, (line) => line.slice(from, to).trim()).replaceAll("\n", "");
  expect(columns(8, 78)).toContain(words.replaceAll(" ", "").slice(0, 40));
  expect(columns(8, 78).replaceAll(" ", "")).toContain(words.replaceAll(" ", ""));
  expect(columns(98, 140)).toContain(origin);
});

test("control characters of a config.json do not reach the terminal", () => {
  const text = formatPlanText(explanation({ init: explained(INIT, { 0: { words: "name \u001b[31mred\u202e\n" } }) }));
  expect(text).toContain("name \\u{1b}[31mred\\u{202e}\\u{a}");
});

test("warnings stand above the steps", () => {
  const lines = formatPlanText(explanation({ warnings: ["something is odd"] })).split("\n");
  expect(lines[2]).toBe("warning: something is odd");
});

test("JSON has everything, and integers of 64 bits as decimal strings", () => {
  const step: InitStep = { op: "raiseAmbient", set: 2n ** 63n };
  const { bundle, warnings, host, init } = JSON.parse(formatPlanJson(explanation({ init: explained([step]) })));
  expect({ bundle, warnings, hosts: host.length, init }).toEqual({
    bundle: "/b",
    warnings: [],
    hosts: HOST.length,
    init: [
      {
        index: 1,
        op: "raiseAmbient",
        words: "do raiseAmbient",
        call: "call(2)",
        origin: "",
        location: null,
        onFailure: "stop",
        step: { op: "raiseAmbient", set: "9223372036854775808" },
      },
    ],
  });
});
