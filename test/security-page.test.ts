/** docs/security.md and test/security agree: each class has its test, and each test its class. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";

const page = readFileSync("docs/security.md", "utf8");
/** The last cells of the tables, where each row names its tests. */
const named = [...page.matchAll(/^\|.*\|([^|]*)\|$/gm)].flatMap(([, cell = ""]) => cell.split(",").map((name) => name.trim()));
const files = named.filter((name) => name.startsWith("`test/")).map((name) => name.replaceAll("`", ""));
const classes = named.filter((name) => /^[a-z]+(-[a-z]+)+$/.test(name));

test("every file in test/security tests a class on the page, and every class has one", () => {
  const tests = readdirSync("test/security").filter((name) => name.endsWith(".test.ts"));
  expect([...new Set(classes)].sort()).toEqual(tests.map((name) => name.replace(/\.test\.ts$/, "")).sort());
  expect(classes.length).toBeGreaterThan(25);
});

test("every other test that the page names exists", () => {
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
  expect(files.length).toBeGreaterThan(5);
});
