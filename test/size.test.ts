/** What the style asks of files: small, named after their job, with a comment on their purpose, and nothing left undone. */
import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { Glob } from "bun";

const LONGEST_FILE = 300;
const LONGEST_FUNCTION = 60;
/** Of init, without the generated header; docs/decisions/0006-native-size.md has the reasons. */
const NATIVE_LINES = 4170;
/** Of the host program, native/engine/. */
const ENGINE_LINES = 3900;

const GENERATED = /^src\/spec\/generated\//;
/** Names that could hold anything. */
const VAGUE = /^(utils?|helpers?|common|misc|manager|types)(\.test|\.d)?\.(ts|c|h)$/;
const VAGUE_BUT_APT = ["src/spec/types.ts", "src/spec/generated/types.ts"];
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.(ts|js|c|h|sh)$/;
/** Assembled here, so that this file does not contain them itself. */
const UNDONE = new RegExp(`\\b(${["TO", "FIX", "HA"].map((head, i) => head + ["DO", "ME", "CK"][i]).join("|")}|XX${"X"})\\b`);

/** Of native/ without what is built, which comes and goes meanwhile. */
const ROOMS = ["src", ...readdirSync("native").flatMap((name) => (name === "build" ? [] : [`native/${name}`])), "test", "scripts", "bench"];
const SOURCE = "**/*.{ts,js,c,h,sh}";
const files = (await Promise.all(ROOMS.map((room) => Array.fromAsync(new Glob(`${room}/${SOURCE}`).scan("."))))).flat().sort();
const written = files.filter((file) => !GENERATED.test(file));
const texts = new Map(await Promise.all(files.map(async (file) => [file, await Bun.file(file).text()] as const)));
const textOf = (file: string): string => texts.get(file) ?? "";

interface Extent {
  readonly name: string;
  readonly lines: number;
}

const FUNCTION = /^(\s*)(?:export |default |async )*function\*? ?(\w+)/;
const ARROW = /^(\s*)(?:export )?const (\w+)\b.* = (?:async )?(?:<.*>)?\(/;
const METHOD = /^(\s+)(?:(?:static|async|get|set|override|private|readonly) )*(#?\w+)(?:<[^(]*>)?\(/;

/** Functions, methods and named arrow functions. Relies on the formatter: a brace is indented like the line that it ends. */
function functionsIn(source: string): Extent[] {
  const lines = source.split("\n");
  const nextAt = (indent: string, ends: string, after: number): number =>
    lines.findIndex((line, i) => i > after && line.startsWith(indent) && ends.includes(line[indent.length] ?? " "));
  return lines.flatMap((line, start) => {
    const isArrow = ARROW.test(line);
    const [, indent = "", name = ""] = FUNCTION.exec(line) ?? ARROW.exec(line) ?? METHOD.exec(line) ?? [];
    if (name === "" || line.endsWith(";") || /^(if|for|while|switch|catch)$/.test(name)) return [];
    const opening = line.endsWith(" {") ? start : nextAt(indent, ")}", start);
    const head = lines[opening] ?? "";
    if (!head.endsWith(" {") || head.includes("=>") !== isArrow) return [];
    return [{ name, lines: nextAt(indent, "}", opening) - start + 1 }];
  });
}

/** C functions have their name, and each of the outermost braces, at the start of a line. */
function functionsInC(source: string): Extent[] {
  const found = source.matchAll(/^(\w+)\([^;{]*\)\n\{\n([\s\S]*?)^\}/gm);
  return [...found].map(([, name = "", body = ""]) => ({ name, lines: body.split("\n").length + 1 }));
}

const lineCount = (source: string): number => source.trimEnd().split("\n").length;

describe("files", () => {
  test("are found, in every room", () => {
    expect(ROOMS.filter((room) => !files.some((file) => file.startsWith(`${room}/`)))).toEqual([]);
  });

  test(`have at most ${LONGEST_FILE} lines`, () => {
    expect(written.map((file) => [file, lineCount(textOf(file))] as const).filter(([, lines]) => lines > LONGEST_FILE)).toEqual([]);
  });

  test("have names that say what they are for, in kebab case", () => {
    const names = files.filter((file) => !VAGUE_BUT_APT.includes(file));
    expect(names.filter((file) => VAGUE.test(basename(file)) || !KEBAB.test(basename(file)))).toEqual([]);
  });

  test("begin with a comment on their purpose", () => {
    const program = written.filter((file) => /^(src|native|scripts|bench)\//.test(file));
    expect(program.filter((file) => !/^(#!\/bin\/sh\n# |\/\*\*? ?\S|\/\*\*?\n \* \S)/.test(textOf(file)))).toEqual([]);
  });

  test("leave nothing for later", () => {
    expect(written.filter((file) => UNDONE.test(textOf(file)))).toEqual([]);
  });

  test(`of init have at most ${NATIVE_LINES} lines together`, () => {
    const native = files.filter((file) => file.startsWith("native/init/") && file !== "native/init/wire.h");
    expect(native.reduce((sum, file) => sum + lineCount(textOf(file)), 0)).toBeLessThanOrEqual(NATIVE_LINES);
  });

  test(`of native/engine/ have at most ${ENGINE_LINES} lines together`, () => {
    const engine = files.filter((file) => file.startsWith("native/engine/"));
    expect(engine.reduce((sum, file) => sum + lineCount(textOf(file)), 0)).toBeLessThanOrEqual(ENGINE_LINES);
  });
});

describe("functions", () => {
  test(`have at most ${LONGEST_FUNCTION} lines`, () => {
    const long = written.flatMap((file) => {
      const found = /\.[ch]$/.test(file) ? functionsInC(textOf(file)) : functionsIn(textOf(file));
      return found.filter(({ lines }) => lines > LONGEST_FUNCTION).map(({ name, lines }) => `${file} ${name}: ${lines}`);
    });
    expect(long).toEqual([]);
  });

  test.each([
    ["a function", "export async function long(a: string): Promise<void> {\n  x();\n}\n", [{ name: "long", lines: 3 }]],
    [
      "parameters over several lines",
      "function long(\n  a: string,\n  b: { c: string },\n): void {\n  x();\n}\n",
      [{ name: "long", lines: 6 }],
    ],
    ["one object as parameter", "function long({\n  a,\n}: Options): void {\n  x();\n}\n", [{ name: "long", lines: 5 }]],
    ["a method", "class A {\n  static #long<T>(a: T): T {\n    return a;\n  }\n}\n", [{ name: "#long", lines: 3 }]],
    ["an arrow function", "const long = async (a: string): Promise<void> => {\n  x();\n};\n", [{ name: "long", lines: 3 }]],
  ])("are measured: %s", (_, source, expected) => {
    expect(functionsIn(source)).toEqual(expected);
  });

  test("are measured: in C", () => {
    expect(functionsInC("static int\ndo_it(struct cursor *f)\n{\n\tint x;\n\n\tif (x) {\n\t}\n\treturn x;\n}\n")).toEqual([
      { name: "do_it", lines: 7 },
    ]);
  });
});
