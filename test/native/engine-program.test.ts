/** What a program inside the host sees of its start and its end. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { linkModules, runProgram } from "../support/engine.ts";
import { requires } from "../support/requires.ts";
import { tempDir } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const MODULES = {
  "main.js": `import { programArguments } from "lamina:host";
export async function main() {
  const [name] = programArguments();
  await import("./" + name + ".js");
}
`,
  "print.js": `import { encode, syscall } from "lamina:host";
export function print(text) {
  const bytes = encode(text);
  syscall(${process.arch === "arm64" ? 64 : 1}, 1, bytes, bytes.length);
}
`,
  "started.js": `import { environment, programArguments } from "lamina:host";
import { print } from "./print.js";
print(JSON.stringify({ args: programArguments(), env: environment() }));
`,
  "failing.js": `export function fail(what) {
  throw new TypeError(what, { cause: new RangeError("the cause") });
}
function outer() {
  fail("no \\udcff good");
}
outer();
`,
  "rejected.js": `import { print } from "./print.js";
Promise.reject(new Error("first"));
Promise.reject(new Error("second"));
print("went on");
`,
  "handled.js": `import { print } from "./print.js";
const late = Promise.reject(new Error("late"));
await null;
late.catch((error) => print(error.message));
`,
  "waiting.js": `await new Promise(() => {});
`,
  "text.js": `throw "only text";
`,
  "odd.js": `throw { toString() { throw new Error("again"); } };
`,
  "missing.js": `await import("./nowhere.js");
`,
  "exit.js": `import { exit } from "lamina:host";
import { print } from "./print.js";
Promise.reject(new Error("never seen"));
print("before");
exit(7);
`,
  "once.js": `import { print } from "./print.js";
const [a, b] = await Promise.all([import("./counted.js"), import("./counted.js")]);
print(String(a === b) + a.count());
`,
  "counted.js": `globalThis.loads = (globalThis.loads ?? 0) + 1;
export const count = () => globalThis.loads;
`,
  "deep.js": `import { print } from "./print.js";
function deepen(depth) {
  return 1 + deepen(depth + 1);
}
try {
  deepen(0);
} catch (error) {
  print(error.name);
}
try {
  JSON.parse("[".repeat(1e6));
} catch (error) {
  print(" " + error.name);
}
`,
};

const program = await linkModules("program", MODULES);
const run = (name: string, ...args: string[]) => runProgram([program, name, ...args]);

describe("a program inside the host", () => {
  test("gets its arguments and its environment byte for byte, duplicates and oddities too", async () => {
    const script = `exec env -i A=1 "$(printf 'B=\\377')" =odd "$0" started a "$(printf '\\303\\251\\377')" ""`;
    const { stdout } = await runProgram(["sh", "-c", script, program], { PATH: process.env.PATH ?? "" });
    expect(JSON.parse(stdout)).toEqual({ args: ["started", "a", "é\udcff", ""], env: ["A=1", "B=\udcff", "=odd"] });
  });

  test("that throws ends with status 1, and names functions, lines and causes", async () => {
    expect(await run("failing")).toEqual({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^TypeError: no .* good\n {4}at fail \(failing\.js:2:\d+\)\n {4}at outer \(failing\.js:5:\d+\)\n {4}at <anonymous> \(failing\.js:7:\d+\)\n(?: .*\n)*caused by\nRangeError: the cause\n/,
      ),
    });
  });

  test("goes on after a rejection that nobody handles, and ends with status 1 and every reason", async () => {
    const { status, stdout, stderr } = await run("rejected");
    expect([status, stdout]).toEqual([1, "went on"]);
    expect([...stderr.matchAll(/^Error: (.*)$/gm)].map(([, reason]) => reason)).toEqual(["first", "second"]);
  });

  test.each([
    ["may handle a rejection late", "handled", { status: 0, stdout: "late", stderr: "" }],
    ["that throws what is no error ends with status 1", "text", { status: 1, stdout: "", stderr: "only text\n" }],
    [
      "that throws what cannot be text ends with status 1",
      "odd",
      { status: 1, stdout: "", stderr: "Error: what was thrown has no text\n" },
    ],
    ["ends at once with the status it asks for", "exit", { status: 7, stdout: "before", stderr: "" }],
    ["loads a module once", "once", { status: 0, stdout: "true1", stderr: "" }],
    ["can catch recursion without end", "deep", { status: 0, stdout: "RangeError RangeError", stderr: "" }],
  ])("%s", async (_, name, expected) => {
    expect(await run(name)).toEqual(expected);
  });

  test("that waits for what never comes says so", async () => {
    const { status, stderr } = await run("waiting");
    expect([status, stderr]).toEqual([1, "Error: the program waits for something that nothing can bring about any more\n"]);
  });

  test("that imports a module which is not embedded fails with its name", async () => {
    const { status, stderr } = await run("missing");
    expect(status).toBe(1);
    expect(stderr).toStartWith("ReferenceError: no module nowhere.js\n");
  });

  test("survives recursion on a small stack", async () => {
    const { status, stdout } = await runProgram(["sh", "-c", `ulimit -s 256 && exec "$0" deep`, program]);
    expect([status, stdout.split(" ")[0]]).toEqual([0, "RangeError"]);
  });

  test("starts in a directory that was deleted", async () => {
    await using directory = await tempDir();
    const { status, stdout } = await runProgram(
      ["sh", "-c", `mkdir gone && cd gone && rmdir ../gone && exec "$0" once`, program].concat(),
      {
        PATH: process.env.PATH ?? "",
        PWD: directory.path,
      },
    );
    expect([status, stdout]).toEqual([0, "true1"]);
  });
});

describe("the host", () => {
  test("needs no library but the C library", async () => {
    const { stdout } = await runProgram(["readelf", "--dynamic", program], { PATH: process.env.PATH ?? "" });
    expect([...stdout.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name)).toEqual([expect.stringMatching(/^libc\./)]);
  });

  test("is hardened: what the loader has written is read-only, and no memory is both writable and executable", async () => {
    const { stdout } = await runProgram(["readelf", "--dynamic", "--program-headers", "--wide", program], { PATH: process.env.PATH ?? "" });
    expect(stdout).not.toMatch(/LOAD .* RWE /);
    expect(stdout).toMatch(/GNU_RELRO/);
    expect(stdout).toMatch(/BIND_NOW|\(FLAGS_1\).*NOW/);
    expect(stdout).toMatch(/GNU_STACK .* RW /);
  });

  test.if(requires("strace"))("opens no file but the C library, whatever the environment says", async () => {
    const env = {
      PATH: process.env.PATH ?? "",
      QUICKJS_HOME: "/x",
      LAMINA_DEBUG: "1",
      NODE_OPTIONS: "--x",
      BUN_OPTIONS: "--x",
      HOME: "/x",
    };
    const { stderr } = await runProgram(["strace", "-f", "-e", "trace=file", program, "once"], env);
    const files = [...stderr.matchAll(/^\w+\(.*?"([^"]*)"/gm)]
      .map(([, file = ""]) => file)
      .filter((file) => file !== "" && file !== program);
    expect(files.filter((file) => !/^\/etc\/ld\.so\.|\/(libc\.so\.6|ld-musl-.*)$/.test(file))).toEqual([]);
  });
});
