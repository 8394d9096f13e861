/** Whether yargs on our platform writes what it writes on Node's. */
import { expect, test } from "bun:test";
import yargs, { type Argv } from "yargs";
import { TABLE } from "../../../../src/commands/index.ts";
import { GLOBALS } from "../../../../src/commands/line/globals.ts";
import type { Option } from "../../../../src/commands/line/table-row.ts";
import { newProgram } from "../../../../src/commands/line/yargs.ts";

/** Everything that makes help: a usage text, commands, positional arguments, and options of all kinds, in groups of ours and of yargs'. */
function helpOf(program: Argv, width: number): Promise<string> {
  program
    .scriptName("lamina")
    .usage(
      "NAME:\n$0 - a program\n\n  indented, and a sentence that is longer than one line of any of these widths, so that it has to be wrapped somewhere.",
    )
    .detectLocale(false)
    .exitProcess(false)
    .updateStrings({ "Commands:": "COMMANDS:", "Positionals:": "ARGUMENTS:", "Options:": "OPTIONS:" }) // all that usage.ts changes: ours last as long as the process
    .epilogue("The end.")
    .command("$0 <file> [more]", false, (builder) =>
      builder.positional("file", { type: "string", describe: "a file" }).positional("more", { type: "number", default: 3 }),
    );
  const rows = Object.entries(TABLE.commands);
  for (const [name, { summary }] of rows) program.command(`${name.replace(" ", "-")} <id> [-- word...]`, summary);
  const options: readonly Option[] = [...GLOBALS, ...rows.flatMap(([, row]) => row.options)];
  for (const { name, type, summary, choices, default: value, alias } of options) {
    program.option(name, {
      describe: summary,
      ...(type === "strings" ? { array: true } : { type }),
      ...(alias && { alias }),
      ...(choices && { choices }),
      ...(value !== undefined && { default: value }),
    });
  }
  return program.wrap(width).getHelp();
}

test.each([60, 72, 80, 100, 120])("help of %i columns is the same on our platform and on Node's", async (width) => {
  const [ours, theirs] = [await helpOf(newProgram([], "/"), width), await helpOf(yargs([], "/"), width)];
  expect(theirs).toContain("\nCOMMANDS:\n");
  expect(ours).toBe(theirs);
});
