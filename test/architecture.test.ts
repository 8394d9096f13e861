/** Dependencies point down these tables: a folder of src/, and a room of a folder, may only import from those that its row names. */
import { describe, expect, test } from "bun:test";
import { dirname, join } from "node:path";
import { Glob } from "bun";
import { MAY_IMPORT, ROOMS } from "./support/rooms.ts";

/** Modules outside src/, and the only place that needs each. */
const OUTSIDE: Readonly<Record<string, RegExp>> = {
  "bun:ffi": /^engine\/on-bun\//,
  "#host": /^engine\/[a-z]+\.ts$/,
  "lamina:host": /^engine\/native\.ts$/,
  "node:fs": /^engine\/on-bun\/(file|process)\.ts$/,
  yargs: /^commands\/line\/(usage|yargs|yargs-parts\.d)\.ts$/,
  "yargs-parser/browser": /^commands\/line\/yargs\.ts$/,
  "../node_modules/yargs/build/lib/yargs-factory.js": /^commands\/line\/yargs\.ts$/,
  "../node_modules/cliui/build/lib/index.js": /^commands\/line\/yargs\.ts$/,
  "../package.json": /^commands\/text\/version\.ts$/,
};

const files = (await Array.fromAsync(new Glob("**/*.{ts,js}").scan("src"))).sort();
const sources = new Map(await Promise.all(files.map(async (file) => [file, await Bun.file(`src/${file}`).text()] as const)));

/** Everything that a file imports, with `import`, `import()` or `export from`; for our own files the path below src/. */
function importsOf(file: string, source: string): string[] {
  const words = source.matchAll(/^(?:import|export)\b[^;"]*?\bfrom "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"/gm);
  return [...words]
    .map(([, from, alone, late]) => from ?? alone ?? late ?? "")
    .map((to) => (to.startsWith(".") ? join(dirname(file), to) : to));
}

/** The imports that the tables above forbid. */
function forbidden(file: string, source: string): string[] {
  const from = directoryOf(file);
  return importsOf(file, source).filter((to) => {
    const allowed = OUTSIDE[to];
    if (allowed !== undefined) return !allowed.test(file);
    const target = directoryOf(to);
    return target === from ? !isWithinRooms(file, to) : !MAY_IMPORT[from]?.includes(target);
  });
}

/** Whether one file of a folder may import another. */
function isWithinRooms(file: string, to: string): boolean {
  const rooms = ROOMS[directoryOf(file)];
  const [from, target] = [roomOf(file), roomOf(to)];
  if (rooms === undefined || from === target || from === undefined) return true;
  return target !== undefined && rooms[from]?.includes(target) === true;
}

/** Undefined for a file that is in no room. */
function roomOf(path: string): string | undefined {
  const [folder = "", name = "", inside] = path.split("/");
  const room = name.replace(/\.ts$/, "");
  return inside !== undefined || Object.hasOwn(ROOMS[folder] ?? {}, room) ? room : undefined;
}

function directoryOf(path: string): string {
  return path.includes("/") ? (path.split("/")[0] ?? "") : path.replace(/\.ts$/, "");
}

describe("src", () => {
  test.each(files)("%s imports only what its directory may", (file) => {
    expect(forbidden(file, sources.get(file) ?? "")).toEqual([]);
  });

  test("has no directory outside the table", () => {
    expect([...new Set(files.map(directoryOf))].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  test.each(Object.entries(ROOMS))("has in %s the rooms of the table, each below those that import it", (folder, rooms) => {
    const present = files.filter((file) => directoryOf(file) === folder).map(roomOf);
    const names = Object.keys(rooms);
    expect([...new Set(present.filter((room) => room !== undefined))].sort()).toEqual([...names].sort());
    for (const [name, row] of Object.entries(rooms)) expect(names.slice(0, names.indexOf(name))).toEqual(expect.arrayContaining([...row]));
  });

  test("has no import cycles", () => {
    expect(findCycle(new Map([...sources].map(([file, source]) => [file, importsOf(file, source)])))).toEqual([]);
  });
});

/** The files of one cycle in import order; empty if there is none. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return [];
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle.length > 0) return cycle;
    }
    finished.add(file);
    return [];
  };
  return [...graph.keys()].map((file) => visit(file, [])).find((cycle) => cycle.length > 0) ?? [];
}

/** Parts of the language that the shipped engine lacks, or that depend on the engine or the locale. */
const ENGINE_DEPENDENT = /\b(?:Intl|Atomics|SharedArrayBuffer|WebAssembly)\b|\.(?:toLocale\w+|localeCompare)\(|\beval\(|\bnew Function\(/;

describe("outside of src/engine/on-bun, src", () => {
  test.each(files.filter((file) => !file.startsWith("engine/on-bun/")))("%s uses only what is the same on both engines", (file) => {
    const code = (sources.get(file) ?? "").replace(/\/\*.*?\*\/|^\s*\/\/.*$/gms, "");
    expect(ENGINE_DEPENDENT.exec(code)?.[0]).toBeUndefined();
  });
});

/** Calls that take any number of arguments, with a list spread into them. Where the number is fixed, the type checker sees to it. */
const SPREAD_CALL =
  /\.(?:push|unshift|splice|concat|of|max|min|fromCharCode|fromCodePoint)\(\s*(?:[^()[\]{};]*,\s*)?\.\.\.|\.apply\((?!this\.)[^()]*\)/;
/** A function of our own that takes any number of arguments. */
const REST_PARAMETER = /\([^()]*\.\.\.\w+: (?!\[)/;

describe("the engine takes 65,535 arguments, so that outside of src/engine/", () => {
  const outside = files.filter((file) => !file.startsWith("engine/"));
  const codeOf = (file: string): string => (sources.get(file) ?? "").replace(/\/\*.*?\*\/|^\s*\/\/.*$/gms, "");

  test.each(outside)("%s spreads no list of any length into a call", (file) => {
    expect(SPREAD_CALL.exec(codeOf(file))?.[0]).toBeUndefined();
  });

  test.each(outside.filter((file) => file !== "commands/line/yargs.ts"))("%s has no function that lists could be spread into", (file) => {
    expect(REST_PARAMETER.exec(codeOf(file))?.[0]).toBeUndefined();
  });

  test.each(["list.push(...more)", "a.push(\n  ...more,\n)", "Math.max(1, ...all)", "this.#a.b.unshift(...x)", "f.apply(null, list)"])(
    "%s is found",
    (code) => {
      expect(SPREAD_CALL.test(code)).toBe(true);
    },
  );

  test.each(["list.push({ ...object })", "list.push([...other])", "Math.max(1, of)", "f([...list])", "whiteouts.apply(this.#tree, x)"])(
    "%s is not",
    (code) => {
      expect(SPREAD_CALL.test(code)).toBe(false);
    },
  );
});

describe("the table", () => {
  test.each([
    ["a plan that makes a system call", "plan/deep/bad.ts", 'import { x } from "../../sys/call/libc.ts";', ["sys/call/libc.ts"]],
    ["over several lines", "plan/bad.ts", 'import {\n  x,\n  y,\n} from "../sys/call/libc.ts";', ["sys/call/libc.ts"]],
    ["for types only", "sys/file/bad.ts", 'import type { Spec } from "../../spec/types.ts";', ["spec/types.ts"]],
    ["late", "base/bad.ts", 'const { x } = await import("../spec/validate.ts");', ["spec/validate.ts"]],
    ["passed on", "spec/bad.ts", 'export { x } from "../host/create.ts";', ["host/create.ts"]],
    ["without a name", "state/bad.ts", 'import "../plan/steps/step.ts";', ["plan/steps/step.ts"]],
    [
      "a command that makes a system call",
      "commands/bad.ts",
      'import { fork } from "../sys/process/process.ts";',
      ["sys/process/process.ts"],
    ],
    ["of a room that its own does not know", "plan/steps/bad.ts", 'import { x } from "../mounts/mounts.ts";', ["plan/mounts/mounts.ts"]],
    ["of a file in no room by a room", "host/init/bad.ts", 'import { x } from "../create.ts";', ["host/create.ts"]],
    ["of a file that is a room", "plan/steps/bad.ts", 'import { Facts } from "../facts.ts";', ["plan/facts.ts"]],
    ["a foreign function outside of sys", "host/bad.ts", 'import { dlopen } from "bun:ffi";', ["bun:ffi"]],
    ["a module of Node's", "state/bad.ts", 'import { readFileSync } from "node:fs";', ["node:fs"]],
  ])("forbids an import %s", (_, file, source, expected) => {
    expect(forbidden(file, source)).toEqual(expected);
  });

  test("allows what it should", () => {
    expect(forbidden("host/good.ts", 'import { x } from "../sys/call/libc.ts";\nimport { y } from "./context.ts";')).toEqual([]);
    expect(forbidden("plan/mounts/good.ts", 'import { x } from "../facts.ts";\nimport { y } from "./mounts.ts";')).toEqual([]);
    expect(forbidden("engine/on-bun/good.ts", 'import { dlopen } from "bun:ffi";')).toEqual([]);
  });

  test("finds a cycle", () => {
    const graph = new Map([
      ["a.ts", ["b.ts"]],
      ["b.ts", ["c.ts"]],
      ["c.ts", ["b.ts"]],
    ]);
    expect(findCycle(graph)).toEqual(["b.ts", "c.ts", "b.ts"]);
  });
});

/** What other files may call or read: functions and variables without `static`. */
function definedInC(code: string): string[] {
  const functions = code.matchAll(/^(?!static\b)[a-z][^\n;(]*\n(\w+)\([^;{]*\)\n\{/gm);
  const variables = code.matchAll(/^(?!static\b|extern\b|typedef\b)[a-z][\w *]*\b(\w+)(?:\[[^\]\n]*\])?(?: = [^;\n]*)?;$/gm);
  return [...functions, ...variables].map(([, name = ""]) => name).filter((name) => name !== "main");
}

/** File → the files that define what it names. */
function graphOfC(codes: ReadonlyMap<string, string>): Map<string, string[]> {
  const owners = new Map([...codes].flatMap(([file, code]) => definedInC(code).map((name) => [name, file] as const)));
  const usedIn = (code: string): string[] => [...new Set([...code.matchAll(/\b\w+\b/g)].map(([word]) => owners.get(word) ?? ""))];
  return new Map([...codes].map(([file, code]) => [file, usedIn(code).filter((owner) => owner !== "" && owner !== file)]));
}

describe("native", () => {
  test.each(["init", "engine"])("%s has no cycles among its files", async (folder) => {
    const sources = await Array.fromAsync(new Glob(`native/${folder}/*.c`).scan("."), async (file) => {
      const text = await Bun.file(file).text();
      return [file, text.replace(/\/\*.*?\*\/|"(?:[^"\\\n]|\\.)*"/gs, "")] as const;
    });
    const graph = graphOfC(new Map(sources));
    expect([...graph.values()].flat().length).toBeGreaterThan(sources.length);
    expect(findCycle(graph)).toEqual([]);
  });

  test("finds who defines what", () => {
    const codes = new Map([
      ["a.c", "struct state self;\n\nint\nrun(void)\n{\n\treturn stop(self.x);\n}\n"],
      ["b.c", "static int\nself_made(void)\n{\n\treturn 0;\n}\n\nint\nstop(int x)\n{\n\treturn run() + x;\n}\n"],
    ]);
    expect(definedInC(codes.get("a.c") ?? "")).toEqual(["run", "self"]);
    expect(findCycle(graphOfC(codes))).toEqual(["a.c", "b.c", "a.c"]);
  });
});

describe("docs/architecture.md", () => {
  test.each(Object.keys(ROOMS))("has a line for each room of %s, and for no other", async (folder) => {
    const page = await Bun.file("docs/architecture.md").text();
    const [, lines = ""] = new RegExp(`^src/${folder}/ .*\\n((?:  .*\\n)+)`, "m").exec(page) ?? [];
    const named = [...lines.matchAll(/^ {2}(\S+)\/ +\S/gm)].map(([, room = ""]) => room);
    const folders = files.map((file) => file.split("/")).filter(([name, , inside]) => name === folder && inside !== undefined);
    expect(named.sort()).toEqual([...new Set(folders.map(([, room = ""]) => room))].sort());
  });

  test.each([
    ["the handshake", "src/host/init/handshake.ts", "create / run"],
    ["the wire format", "src/plan/steps/wire.ts", "header "],
  ])("draws %s as %s does", async (_, file, start) => {
    const drawing = drawingIn(await Bun.file(file).text(), start);
    expect(drawing.split("\n").length).toBeGreaterThan(4);
    expect(await Bun.file("docs/architecture.md").text()).toContain(`\`\`\`\n${drawing}\n\`\`\``);
  });
});

/** The indented part of a file's first comment, from the line that starts with `start`. */
function drawingIn(source: string, start: string): string {
  const lines = (source.split(" */")[0] ?? "").split("\n").map((line) => line.replace(/^ \* {0,3}/, ""));
  const rest = lines.slice(lines.findIndex((line) => line.startsWith(start)));
  const original = source.split("\n");
  const isDrawn = (line: string): boolean => line === "" || original.includes(` *   ${line}`);
  const end = rest.findIndex((line) => !isDrawn(line));
  return rest
    .slice(0, end < 0 ? undefined : end)
    .join("\n")
    .trimEnd();
}
