/** The command line as a section of docs/cli.md, generated from the table of commands in src/commands/index.ts. Run as a script it updates the page. */
import { join } from "node:path";
import { TABLE } from "../src/commands/index.ts";
import { GLOBALS } from "../src/commands/line/globals.ts";
import type { CommandRow, Option, Positional } from "../src/commands/line/table-row.ts";

const PAGE = join(import.meta.dirname, "../docs/cli.md");
const BEGIN = "<!-- commands:begin -->\n";
const END = "<!-- commands:end -->\n";

/** `page` with the text between the two comments replaced; everything else stays. */
export function withCommands(page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the page has no line ${BEGIN.trim()} before a line ${END.trim()}`);
  return `${page.slice(0, begin)}${BEGIN}\n${describeCommands()}\n${page.slice(end)}`;
}

function describeCommands(): string {
  const commands = Object.entries(TABLE.commands).map(([name, row]) => describeCommand(name, row));
  return ["### Global options\n", describeOptions(GLOBALS), ...commands].join("\n");
}

function describeCommand(name: string, { details, positionals, trailing, rest, options }: CommandRow): string {
  const shown = options.some(isShown) ? ["[options]"] : [];
  const words = positionals.map(placeholder);
  const behind = trailing === undefined ? [] : [`[-- ${trailing.name}...]`];
  const synopsis = [
    "lamina",
    name,
    ...(rest === undefined ? [...words, ...shown, ...behind] : [...shown, ...words, `[${rest.name}...]`]),
  ].join(" ");
  return [`### ${name}\n`, `\`${synopsis}\`\n`, `${details}\n`, describeOptions(options)].filter((part) => part !== "").join("\n");
}

function placeholder({ name, optional }: Positional): string {
  return optional ? `[${name}]` : `<${name}>`;
}

function describeOptions(options: readonly Option[]): string {
  const rows = options.filter(isShown).map((option) => `| ${names(option)} | ${meaning(option)} |`);
  return rows.length === 0 ? "" : ["| option | meaning |", "|---|---|", ...rows, ""].join("\n");
}

function isShown({ hidden }: Option): boolean {
  return hidden !== true;
}

function names({ name, alias, type, value, bare }: Option): string {
  const given = bare === undefined ? ` <${value ?? type}>` : `[=<${value ?? type}>]`;
  const long = type === "boolean" ? `--${name}` : `--${name}${given}`;
  return alias === undefined ? `\`${long}\`` : `\`-${alias}\`, \`${long}\``;
}

function meaning({ summary, choices, default: value }: Option): string {
  const accepted = choices === undefined ? "" : `; ${choices.join(", ")}`;
  return `${summary}${accepted}${value === undefined || value === 0 ? "" : `; default: ${value}`}`.replaceAll("|", "\\|");
}

if (import.meta.main) await Bun.write(PAGE, withCommands(await Bun.file(PAGE).text()));
