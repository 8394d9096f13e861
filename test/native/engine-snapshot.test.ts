/** A program whose modules were loaded when it was built goes on from there, and depends on nothing of the machine that built it. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { requireSameLayout } from "../../scripts/snapshot.ts";
import { runProgram, snapshotModules } from "../support/engine.ts";
import { tempDir } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const WRITE = process.arch === "arm64" ? 64 : 1;

const PRINT = `import { encode, syscall } from "lamina:host";
export function print(text) {
  const bytes = encode(text);
  syscall(${WRITE}, 1, bytes, bytes.length);
}
`;

const VALUES = {
  "main.js": `import { programArguments } from "lamina:host";
import { print } from "./print.js";
import * as made from "./made.js";
globalThis.evaluations = (globalThis.evaluations ?? 0) + 1;
export async function main() {
  const [name] = programArguments();
  print(JSON.stringify(await made[name]()));
}
`,
  "print.js": PRINT,
  "early.js": `globalThis.evaluations = (globalThis.evaluations ?? 0) + 1;
export const where = "early", count = () => globalThis.evaluations;
`,
  "late.js": `import { count } from "./early.js";
import { own } from "./own.js";
globalThis.evaluations++;
export const where = "late " + own + " " + count();
`,
  "own.js": `export const own = "own";
`,
  "made.js": `const record = { a: 1, nested: { list: [1, , "two"], get sum() { return this.list[0] + 1; } } };
export const objects = () => {
  record.a++;
  record.nested.list.push("three");
  record.added = true;
  delete record.nested.none;
  return [record, record.nested.sum, Object.keys(record)];
};

let counter = 10;
const step = ((by) => () => (counter += by))(5);
export const closures = () => [step(), step(), counter];

class Shape {
  static #made = 0;
  #size;
  constructor(size) { this.#size = size; Shape.#made++; }
  get area() { return this.#size ** 2; }
  static get made() { return Shape.#made; }
}
class Square extends Shape { toString() { return "square of " + super.area; } }
const square = new Square(3);
export const classes = () => [String(square), new Square(2).area, Shape.made, square instanceof Shape, Object.getPrototypeOf(square).constructor.name];

const pattern = /(?<year>\\d{4})-(?<month>\\d\\d)/gu, sticky = /a/y;
pattern.exec("2024-01");
export const regexps = () => [pattern.lastIndex, pattern.exec("2024-01 2025-02")?.groups?.year, "a-b".split(/-/), sticky.test("aa"), sticky.lastIndex];

const key = {}, map = new Map([["a", 1], [key, "object"], [7n, 2]]), set = new Set([1, "1", NaN]), weak = new WeakMap([[key, "weak"]]);
const reference = new WeakRef(key), entries = map.entries();
entries.next();
export const collections = () => {
  for (let i = 0; i < 1000; i++) map.set("k" + i, i);
  map.delete("a");
  return [map.get(key), map.get("k999"), map.get(7n), map.size, set.has(NaN), set.has(2), weak.get(key), reference.deref() === key, entries.next().value[1]];
};

const bytes = new Uint8Array([1, 2, 3]), view = new DataView(bytes.buffer), big = new BigUint64Array(2000).fill(2n ** 63n);
export const typedArrays = () => {
  bytes[1] = 200;
  const moved = bytes.buffer.transfer(5);
  return [(() => { try { return view.byteLength; } catch ({ name }) { return name; } })(), new Uint8Array(moved).join(), String(big[1999]), new Uint8Array(big.buffer, 7, 2).join()];
};

function* count() { try { for (let i = 0; ; i++) yield i; } finally { counter = -1; } }
const generator = count();
generator.next();
async function* slowly() { yield await 1; yield 2; }
const slow = slowly();
export const generators = async () => [generator.next().value, generator.return("end").value, counter, (await slow.next()).value, (await slow.next()).value];

const { promise, resolve, reject } = Promise.withResolvers();
const waiting = (async () => "got " + (await promise))();
const settled = Promise.resolve("settled");
export const promises = async () => { resolve("it"); reject(new Error("too late")); return [await waiting, await settled, await settled.then((x) => x.length)]; };

export const imports = async () => {
  const [early, again, late] = await Promise.all([import("./early.js"), import("./early.js"), import("./late.js")]);
  return [early === again, early.where, late.where, (await import("./late.js")) === late, globalThis.evaluations];
};

const symbol = Symbol("own"), shared = Symbol.for("shared"), marked = { [symbol]: 1, [Symbol.iterator]: function* () { yield "iterated"; } };
export const symbols = () => [marked[symbol], Symbol.for("shared") === shared, Symbol.keyFor(shared), symbol.description, [...marked], Symbol("own") === symbol];

const proxy = new Proxy({}, { get: (_, name) => "got " + String(name) }), bound = Math.max.bind(null, 5), rope = "x".repeat(3000) + String(1.5);
const stack = new DisposableStack();
stack.defer(() => { counter = -2; });
export const others = () => { stack.dispose(); return [proxy.any, bound(4, 6), (rope + "y").length, counter, 2n ** 70n === 1180591620717411303424n, new Date(0).toISOString(), [3, 1, 2].toSorted()]; };

const error = (() => { try { null.property; } catch (caught) { return caught; } })();
export const errors = () => { try { undefined(); } catch (late) { return [error.name, error.stack.includes("made.js"), late instanceof TypeError, late.stack.includes("errors")]; } };

const kept = Array.from({ length: 3000 }, (_, i) => ({ i, text: "t" + i, list: [i] }));
export const load = () => {
  for (let round = 0; round < 60; round++) {
    for (const one of kept) {
      one.list = one.list.length > 40 ? [round] : [...one.list, one.text + round];
      one["p" + (round % 7)] = { one, round };
    }
    if (round % 10 === 3) kept.length -= 100;
  }
  const text = kept.map(({ text }) => text).join("");
  return [kept.length, kept.at(-1).list.length, text.length, kept.every(({ i, text, p3 }) => text === "t" + i && p3.one.i === i)];
};
`,
};

const LATE = ["late.js", "own.js"];

const NEVER_RUN = `export const main = () => {};
`;

const EXPECTED: Readonly<Record<string, unknown>> = {
  objects: [{ a: 2, nested: { list: [1, null, "two", "three"], sum: 2 }, added: true }, 2, ["a", "nested", "added"]],
  closures: [15, 20, 20],
  classes: ["square of 9", 4, 2, true, "Square"],
  regexps: [7, "2025", ["a", "b"], true, 1],
  collections: ["object", 999, 2, 1002, true, false, "weak", true, "object"],
  typedArrays: ["TypeError", "1,200,3,0,0", "9223372036854775808", "128,0"],
  generators: [1, "end", -1, 1, 2],
  promises: ["got it", "settled", 7],
  symbols: [1, true, "shared", "own", ["iterated"], false],
  others: ["got any", 6, 3004, -2, true, "1970-01-01T00:00:00.000Z", [1, 2, 3]],
  errors: ["TypeError", true, true, true],
};

const REHEARSE_VALUES = `for name in ${Object.keys(EXPECTED).join(" ")}; do "$1" --rehearse "$2" $name >/dev/null; done\n`;

describe.each([
  ["what modules made when the program was built", "snapshot-values", {}],
  ["what they made, and was put together after a rehearsal,", "snapshot-rehearsed", { rehearsal: REHEARSE_VALUES }],
])("%s", async (_, build, rehearsed) => {
  const program = await snapshotModules(build, VALUES, { late: LATE, ...rehearsed });

  test.each(Object.entries(EXPECTED))("works when it runs: %s", async (name, value) => {
    const { status, stdout, stderr } = await runProgram([program, name]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toEqual(value);
  });

  test("is what imports find, early or late, and no module is evaluated twice", async () => {
    const { stdout } = await runProgram([program, "imports"]);
    expect(JSON.parse(stdout)).toEqual([true, "early", "late own 3", true, 3]);
  });

  test("can grow, shrink, move and become garbage", async () => {
    const { status, stdout, stderr } = await runProgram([program, "load"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toEqual([2400, 20, expect.any(Number), true]);
  });

  test("survives recursion without end, on a small stack too", async () => {
    const deep = await snapshotModules("snapshot-deep", {
      "main.js": `import { print } from "./print.js";
const deepen = (depth) => 1 + deepen(depth + 1);
export const main = () => { try { deepen(0); } catch (error) { print(error.name); } };
`,
      "print.js": PRINT,
    });
    expect(await runProgram([deep])).toEqual({ status: 0, stdout: "RangeError", stderr: "" });
    expect(await runProgram(["sh", "-c", `ulimit -s 256 && exec "$0"`, deep])).toEqual({ status: 0, stdout: "RangeError", stderr: "" });
  });
});

describe("a module cannot be loaded when the program is built if it", () => {
  test.each([
    ["makes a system call", "syscall(39);", /syscall is called when a module is loaded/],
    ["makes a system call once", "syscallOnce(39);", /syscallOnce is called when a module is loaded/],
    ["reads its arguments", "programArguments();", /programArguments is called when a module is loaded/],
    ["reads the environment", "environment();", /environment is called when a module is loaded/],
    ["opens a library", `openLibrary("libc.so.6");`, /openLibrary is called when a module is loaded/],
    ["creates a callback", `createCallback(() => {}, "void", []);`, /createCallback is called when a module is loaded/],
    ["starts a program", `spawn("/bin/true", [], [], new Int32Array(), null, 0);`, /spawn is called when a module is loaded/],
    ["reads memory", "readMemory(4096, 1);", /readMemory is called when a module is loaded/],
    ["asks for an embedded file", `embedded("init");`, /embedded is called when a module is loaded/],
    ["ends the process", "exit(0);", /exit is called when a module is loaded/],
    ["does so late", "await null; environment();", /environment is called when a module is loaded/],
    ["reads the clock", "globalThis.now = Date.now();", /reads the clock/],
    ["throws", "throw new RangeError('no good');", /RangeError: no good\n.*main\.js:3/],
    ["leaves a rejection to nobody", "Promise.reject(new Error('left'));", /Error: left/],
    ["waits for what never comes", "await new Promise(() => {});", /waits for something/],
    ["imports what is loaded late", `import "./late.js";`, /no module late\.js/],
  ])("%s", async (title, code, message) => {
    const names = "createCallback, embedded, environment, exit, openLibrary, programArguments, readMemory, spawn, syscall, syscallOnce";
    const modules = { "main.js": `import { ${names} } from "lamina:host";\n${NEVER_RUN}${code}\n`, "late.js": "export {};\n" };
    await expect(snapshotModules(`snapshot-refused/${title.replaceAll(" ", "-")}`, modules, { late: ["late.js"] })).rejects.toThrow(
      message,
    );
  });

  test("exports no main", async () => {
    const built = snapshotModules("snapshot-refused/no-main", { "main.js": "export const other = 1;\n" });
    await expect(built).rejects.toThrow(/exports no function main/);
  });
});

test("a heap depends on the modules alone: not on where, when and in what environment it is made", async () => {
  const program = await snapshotModules("snapshot-values", VALUES, { late: LATE });
  const maker = join(program, "../make-heap");
  await using directory = await tempDir();
  await cp(maker, join(directory.path, "maker-of-another-name"));
  const [a, b] = [join(directory.path, "a"), join(directory.path, "b")];
  await runProgram([maker, a]);
  await Bun.sleep(1100);
  await runProgram(["sh", "-c", `cd / && ulimit -s 1024 && exec "$0" "$1"`, join(directory.path, "maker-of-another-name"), b], {
    TZ: "Asia/Tokyo",
    LONG: "x".repeat(10_000),
  });
  const heaps = await Promise.all([a, b, join(program, "../heap")].map(async (path) => Bun.hash(await Bun.file(path).bytes())));
  expect(new Set(heaps).size).toBe(1);
});

describe("the two passes of a build", async () => {
  const program = await snapshotModules("snapshot-values", VALUES, { late: LATE });
  const maker = join(program, "../make-heap");

  test("agree in everything but heap and image", async () => {
    await requireSameLayout(maker, program);
  });

  test("are refused where a byte of the code differs", async () => {
    await using directory = await tempDir();
    const bytes = await Bun.file(program).bytes();
    bytes[0x10000] = (bytes[0x10000] ?? 0) ^ 1;
    await Bun.write(join(directory.path, "other"), bytes);
    await expect(requireSameLayout(maker, join(directory.path, "other"))).rejects.toThrow(/other sections differ: \.text$/);
  });

  test("are refused where sections cannot be read", async () => {
    await expect(requireSameLayout(maker, join(maker, "../main.js"))).rejects.toThrow(/cannot read the sections of .*main\.js/);
  });
});
