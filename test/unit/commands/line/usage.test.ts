import { expect, test } from "bun:test";
import { TABLE } from "../../../../src/commands/index.ts";
import { GLOBALS } from "../../../../src/commands/line/globals.ts";
import { firstWords, secondWords } from "../../../../src/commands/line/table.ts";
import type { Option } from "../../../../src/commands/line/table-row.ts";
import { helpText } from "../../../../src/commands/line/usage.ts";

test("the help of lamina names every command and every global option, except hidden ones", async () => {
  const help = await helpText(TABLE, undefined, 100);
  expect(help.split("\n").slice(0, 2)).toEqual(["NAME:", "lamina - Open Container Initiative runtime"]);
  for (const word of firstWords(TABLE)) expect(help).toContain(`  lamina ${word} `);
  expect(optionsIn(help)).toEqual([...visible(GLOBALS), "help", "version"].sort());
});

test("the help of a group names every command in it", async () => {
  const help = await helpText(TABLE, "image", 100);
  for (const word of secondWords(TABLE, "image")) expect(help).toContain(`  lamina image ${word} `);
  expect(optionsIn(help)).toEqual(["help"]);
});

test.each(Object.entries(TABLE.commands))(
  "the help of %s has its summary's place, its arguments and exactly its options",
  async (name, row) => {
    const help = await helpText(TABLE, name, 100);
    expect(help).toStartWith(`NAME:\nlamina ${name} - `);
    expect(help.split("\n\n")[1]).toStartWith(`USAGE:\nlamina [global options] ${name}`);
    expect(help.replace(/\s+/g, " ")).toContain(row.details);
    for (const positional of row.positionals) expect(help).toContain(`  ${positional.name} `);
    expect(optionsIn(help)).toEqual([...visible(row.options), "help"].sort());
  },
);

test("help keeps to the given width", async () => {
  const lines = (await helpText(TABLE, "run", 72)).split("\n");
  expect(lines.filter((line) => line.length > 72 && line.startsWith(" "))).toEqual([]);
});

test("help shows defaults and choices", async () => {
  const help = (await helpText(TABLE, "list", 100)).replace(/\s+/g, " ");
  expect(help).toContain('-f, --format table for people or json for programs [string] [choices: "table", "json"] [default: "table"]');
});

test("help is in English like the rest of lamina", async () => {
  const help = Bun.spawnSync([process.execPath, "scripts/lamina.ts", "list", "--help"], { env: { ...process.env, LC_ALL: "de_DE.UTF-8" } });
  expect(help.stdout.toString()).toContain("\nOPTIONS:\n");
});

function visible(options: readonly Option[]): string[] {
  return options.filter((option) => !option.hidden).map((option) => option.name);
}

function optionsIn(help: string): string[] {
  return [...help.matchAll(/^ +(?:-\w, )?--([a-z0-9-]+) /gm)].map(([, name = ""]) => name).sort();
}
