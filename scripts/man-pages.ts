/**
 * The manual pages lamina(8), lamina-create(8) and so on, made from the command-line table like docs/cli.md and the help. Run as a
 * script with a directory it writes them there.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { TABLE } from "../src/commands/index.ts";
import { INSTEAD } from "../src/commands/line/argv.ts";
import { GLOBALS } from "../src/commands/line/globals.ts";
import { findGroup } from "../src/commands/line/table.ts";
import type { CommandRow, Option, Positional } from "../src/commands/line/table-row.ts";
import { VERSION } from "../src/commands/text/version.ts";

const SECTION = 8;

export interface ManPage {
  /** Of the file. */
  readonly name: string;
  readonly text: string;
}

export function manPages(): ManPage[] {
  const names = Object.keys(TABLE.commands);
  return [pageOf("lamina", describeProgram()), ...Object.entries(TABLE.commands).map(([name, row]) => commandPage(name, row, names))];
}

interface Body {
  readonly summary: string;
  readonly sections: readonly (readonly [title: string, lines: readonly string[]])[];
}

function pageOf(title: string, { summary, sections }: Body): ManPage {
  const lines = [
    `.TH ${quote(title.toUpperCase())} ${SECTION} "" ${quote(`lamina ${VERSION}`)} "User Commands"`,
    ".SH NAME",
    `${roff(title)} \\- ${roff(summary)}`,
    ...sections.flatMap(([heading, content]) => [`.SH ${heading}`, ...content]),
  ];
  return { name: `${title}.${SECTION}`, text: `${lines.join("\n")}\n` };
}

function describeProgram(): Body {
  const commands = Object.entries(TABLE.commands).flatMap(([name, { summary }]) => [
    ".TP",
    `.BR ${pageTitle(name).replaceAll("-", "\\-")} (${SECTION})`,
    text(summary),
  ]);
  return {
    summary: "Open Container Initiative runtime",
    sections: [
      ["SYNOPSIS", [".B lamina", `[\\fIglobal options\\fR] \\fIcommand\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]`]],
      ["DESCRIPTION", [text("Runs containers from OCI bundles, and says what it does.")]],
      ["COMMANDS", commands],
      ["OPTIONS", optionLines([...GLOBALS, INSTEAD.help, INSTEAD.version])],
      ["EXIT STATUS", [text("Nonzero if a command fails; 3 if there is no such command. run and exec have the status of the program.")]],
      ["SEE ALSO", [".BR runc (8),", ".BR crun (1)"]],
    ],
  };
}

function commandPage(name: string, row: CommandRow, names: readonly string[]): ManPage {
  const [group = ""] = name.split(" ");
  const about = findGroup(TABLE, group);
  const related = about !== undefined ? names.filter((one) => one.startsWith(`${group} `) && one !== name) : [];
  const seeAlso = ["lamina", ...related.map(pageTitle)].map(
    (title, i, all) => `.BR ${title.replaceAll("-", "\\-")} (${SECTION})${i === all.length - 1 ? "" : ","}`,
  );
  const positionals = [
    ...row.positionals,
    ...(row.trailing === undefined ? [] : [row.trailing]),
    ...(row.rest === undefined ? [] : [row.rest]),
  ];
  const options = row.options.filter(({ hidden }) => !hidden);
  return pageOf(pageTitle(name), {
    summary: row.summary,
    sections: [
      ["SYNOPSIS", [`.B lamina ${roff(name)}`, synopsis(row)]],
      ["DESCRIPTION", [...(about === undefined ? [] : [text(about.details), ".PP"]), text(row.details)]],
      ...(positionals.length === 0 ? [] : [["ARGUMENTS", positionals.flatMap(argumentLines)] as const]),
      ["OPTIONS", optionLines([...options, INSTEAD.help])],
      ["SEE ALSO", seeAlso],
    ],
  });
}

function pageTitle(name: string): string {
  return `lamina-${name.replace(" ", "-")}`;
}

function synopsis({ positionals, trailing, rest }: CommandRow): string {
  const words = positionals.map(({ name, optional }) => (optional ? `[${italic(name)}]` : italic(name)));
  const options = "[\\fIoptions\\fR]";
  if (rest !== undefined) return [options, ...words, `[${italic(rest.name)}...]`].join(" ");
  return [...words, options, ...(trailing === undefined ? [] : [`[\\-\\- ${italic(trailing.name)}...]`])].join(" ");
}

function argumentLines({ name, summary }: Positional): string[] {
  return [".TP", italic(name), text(summary)];
}

function optionLines(options: readonly Option[]): string[] {
  return options
    .filter(({ hidden }) => !hidden)
    .flatMap(({ name, alias, type, value, bare, summary, choices, default: preset }) => {
      const given = bare === undefined ? ` ${italic(value ?? type)}` : `[=${italic(value ?? type)}]`;
      const long = `\\fB${roff(`--${name}`)}\\fR${type === "boolean" ? "" : given}`;
      const accepted = choices === undefined ? "" : `; ${choices.join(", ")}`;
      const usual = preset === undefined || preset === 0 ? "" : `; default: ${preset}`;
      return [".TP", alias === undefined ? long : `\\fB\\-${alias}\\fR, ${long}`, text(`${summary}${accepted}${usual}`)];
    });
}

function italic(word: string): string {
  return `\\fI${roff(word)}\\fR`;
}

/** A line of text: one that begins like a request is none. */
function text(line: string): string {
  const escaped = roff(line);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

function roff(words: string): string {
  return words.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq").replaceAll("~", "\\(ti").replaceAll("^", "\\(ha");
}

function quote(words: string): string {
  return `"${roff(words).replaceAll('"', "\\(dq")}"`;
}

if (import.meta.main) {
  const [directory] = process.argv.slice(2);
  if (directory === undefined) throw new Error("usage: man-pages.ts DIRECTORY");
  await mkdir(directory, { recursive: true });
  for (const { name, text: content } of manPages()) await Bun.write(join(directory, name), content);
}
