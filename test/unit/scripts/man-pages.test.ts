import { expect, test } from "bun:test";
import { join } from "node:path";
import { manPages } from "../../../scripts/man-pages.ts";
import { TABLE } from "../../../src/commands/index.ts";
import { GLOBALS } from "../../../src/commands/line/globals.ts";
import { requires } from "../../support/requires.ts";
import { type Files, tempDir } from "../../support/temp-dir.ts";

const pages = new Map(manPages().map(({ name, text }) => [name, text]));

test("there is a page for lamina and one for each command, with all of its options that are not hidden", () => {
  const rows = Object.entries(TABLE.commands);
  expect([...pages.keys()]).toEqual(["lamina.8", ...rows.map(([name]) => `lamina-${name.replace(" ", "-")}.8`)]);
  for (const [name, { options }] of rows) {
    const text = pages.get(`lamina-${name.replace(" ", "-")}.8`) ?? "";
    const shown = [...text.matchAll(/\\fB\\-\\-([\w\\-]+)\\fR/g)].map(([, option = ""]) => option.replaceAll("\\-", "-"));
    expect(shown).toEqual([...options.filter(({ hidden }) => !hidden).map((option) => option.name), "help"]);
  }
  for (const { name, ...option } of GLOBALS) {
    const isHidden = "hidden" in option;
    expect((pages.get("lamina.8") ?? "").includes(`\\fB\\-\\-${name.replaceAll("-", "\\-")}\\fR`)).toBe(!isHidden);
  }
});

test("what roff would act upon is text", () => {
  expect([...pages.values()].flatMap((text) => text.split("\n")).filter((line) => /^'|(?<!\\)~|\\[^\-&efIRB(]/.test(line))).toEqual([]);
});

test.if(requires("mandoc"))("mandoc has nothing to say about them but that they have no date", async () => {
  await using directory = await tempDir(Object.fromEntries(pages) satisfies Files);
  const files = [...pages.keys()].map((name) => join(directory.path, name));
  const lint = Bun.spawnSync(["mandoc", "-T", "lint", "-W", "warning", ...files]);
  const lines = lint.stdout
    .toString()
    .split("\n")
    .filter((line) => line !== "" && !line.includes("missing date"));
  expect(lines).toEqual([]);
});
