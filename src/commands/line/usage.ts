/**
 * Help, made by yargs from the table of commands. Loaded only when help is asked for: yargs takes several times as long to load as
 * lamina takes to start a container. It never parses what a command is given (argv.ts does), prints or exits here.
 */
import type { Argv, Options } from "yargs";
import { INSTEAD } from "./argv.ts";
import { GLOBALS } from "./globals.ts";
import { type CommandTable, findCommand, findGroup, firstWords, secondWords } from "./table.ts";
import type { CommandRow, GroupRow, Option } from "./table-row.ts";
import { newProgram } from "./yargs.ts";

/** The text of `lamina --help`, or with the name of a command or a group that of `lamina NAME --help`. */
export async function helpText(table: CommandTable, name: string | undefined, width: number): Promise<string> {
  const help = name === undefined ? describeProgram(table) : describeName(table, name);
  return `${await help.wrap(width).getHelp()}\n`;
}

function describeName(table: CommandTable, name: string): Argv {
  const [row, group] = [findCommand(table, name), findGroup(table, name)];
  if (row !== undefined) return describeCommand(name, row);
  if (group !== undefined) return describeGroup(table, name, group);
  throw new RangeError(`no command is named ${name}`);
}

function describeProgram(table: CommandTable): Argv {
  const program = empty()
    .usage(
      head("$0", "Open Container Initiative runtime", {
        usage: "$0 [global options] <command> [options] [arguments]",
        details: "Runs containers from OCI bundles, and says what it does.",
      }),
    )
    .epilogue("lamina <command> --help tells more about a command.");
  for (const name of firstWords(table)) {
    const [row, group] = [findCommand(table, name), findGroup(table, name)];
    if (row !== undefined) program.command(synopsis(name, row), row.summary);
    if (group !== undefined) program.command(`${name} <command>`, group.summary);
  }
  return withOptions(program, [...GLOBALS, INSTEAD.help, INSTEAD.version]);
}

/** yargs takes a command's first word for its name, so the program is named after the group. */
function describeGroup(table: CommandTable, group: string, { summary, details }: GroupRow): Argv {
  const program = empty()
    .scriptName(`lamina ${group}`)
    .usage(head(`lamina ${group}`, summary, { usage: `lamina [global options] ${group} <command> [options] [arguments]`, details }))
    .epilogue(`lamina ${group} <command> --help tells more about a command.`);
  for (const word of secondWords(table, group)) {
    const row = findCommand(table, `${group} ${word}`);
    if (row !== undefined) program.command(synopsis(word, row), row.summary);
  }
  return withOptions(program, [INSTEAD.help]);
}

function describeCommand(name: string, row: CommandRow): Argv {
  const command = empty().usage(
    head(`$0 ${name}`, row.summary, {
      usage:
        row.rest === undefined
          ? `$0 [global options] ${synopsis(name, row)} [options]`
          : `$0 [global options] ${synopsis(`${name} [options]`, row)}`,
      details: row.details,
    }),
  );
  // yargs knows positional arguments of a command only, so it is the program's default command here
  const positionals = row.positionals.map((positional) => (positional.optional ? `[${positional.name}]` : `<${positional.name}>`));
  command.command(["$0", ...positionals].join(" "), false, (builder) => {
    for (const { name: positional, summary } of row.positionals) builder.positional(positional, { type: "string", describe: summary });
    return builder;
  });
  return withOptions(command, [...row.options, INSTEAD.help]);
}

/** The headings are runc's, by which scripts know help when they see it. */
function head(name: string, summary: string, { usage, details }: { readonly usage: string; readonly details: string }): string {
  return `NAME:\n${name} - ${summary}\n\nUSAGE:\n${usage}\n\n${details}`;
}

/** What yargs calls these by itself. */
const HEADINGS = { "Commands:": "COMMANDS:", "Options:": "OPTIONS:", "Positionals:": "ARGUMENTS:" } as const;

/**
 * Nothing of yargs' own: no files looked up (a locale's, or a package.json's from the directory given), no exit.
 */
function empty(): Argv {
  return newProgram([], "/")
    .scriptName("lamina")
    .detectLocale(false)
    .help(false)
    .version(false)
    .exitProcess(false)
    .updateStrings(HEADINGS)
    .parserConfiguration({ "boolean-negation": false, "camel-case-expansion": false });
}

function withOptions(to: Argv, options: readonly Option[]): Argv {
  for (const option of options.filter(({ hidden }) => !hidden)) to.option(option.name, optionRow(option));
  return to;
}

function optionRow({ type, alias, choices, summary, default: value }: Option): Options {
  return {
    type: type === "strings" ? "string" : type,
    array: type === "strings",
    describe: summary,
    ...(alias === undefined ? {} : { alias }),
    ...(choices === undefined ? {} : { choices }),
    ...(value === undefined ? {} : { default: value }),
  };
}

function trailingWords({ trailing, rest }: CommandRow): string[] {
  return [...(trailing === undefined ? [] : [`[-- ${trailing.name}...]`]), ...(rest === undefined ? [] : [`[${rest.name}...]`])];
}

function synopsis(name: string, row: CommandRow): string {
  const positionals = row.positionals.map((positional) => (positional.optional ? `[${positional.name}]` : `<${positional.name}>`));
  return [name, ...positionals, ...trailingWords(row)].join(" ");
}
