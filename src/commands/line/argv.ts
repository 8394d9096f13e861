/**
 * argv → the global options, and one command with its arguments, by the table of commands.
 *
 * On the path of every start, so it imports no library. It takes what runc takes (Go's flags): `--flag value`,
 * `--flag=value`, either with one dash, `--all=false`, options before and after the positional arguments, `--` as their
 * end. An empty value counts as none. A word like -9 is no option, so that it can be a signal.
 */
import { append } from "../../base/append.ts";
import { RuntimeError } from "../../base/errors.ts";
import type { GlobalValues } from "./arguments.ts";
import { GLOBALS } from "./globals.ts";
import { nearest } from "./nearest.ts";
import { type ArgumentValues, type Command, type CommandTable, findCommand, findGroup, firstWords, secondWords } from "./table.ts";
import type { Option, Positional } from "./table-row.ts";

type Value = ArgumentValues[string];

/** What the words ask for instead of a command. */
export type Instead = "help" | "version";

const HELP = { name: "help", type: "boolean", alias: "h", summary: "print help" } as const satisfies Option;
const VERSION = { name: "version", type: "boolean", alias: "v", summary: "print the version" } as const satisfies Option;

/** Options that are answered before any command; usage.ts lists them too. */
export const INSTEAD = { help: HELP, version: VERSION } as const;

interface ParsedGlobals {
  readonly values: GlobalValues;
  readonly instead: Instead | undefined;
  readonly rest: readonly string[];
}

/** Reads the options before the command. `rest` begins with the command's name. */
export function parseGlobals(table: CommandTable, argv: readonly string[]): ParsedGlobals {
  const scan = scanOptions({ table, words: argv, options: [...GLOBALS, HELP, VERSION], command: undefined });
  const values = valuesOf(GLOBALS, scan.given);
  const instead = isSet(HELP, scan.given) ? "help" : isSet(VERSION, scan.given) ? "version" : undefined;
  return { values: values as unknown as GlobalValues, instead, rest: scan.positionals }; // each value has just been checked against its row
}

export interface Call {
  readonly name: string;
  readonly command: Command;
  readonly args: ArgumentValues;
}

/** Whose help is asked for, a command's or a group's: no name at all asks for lamina's own. */
export interface HelpCall {
  readonly help: string | undefined;
}

/** Reads a command's name and arguments, or whose help is asked for. */
export function parseCommand(table: CommandTable, words: readonly string[]): Call | HelpCall {
  const [first] = words;
  if (first === undefined) return { help: undefined };
  if (first === "help" || first === "h") return { help: words.length === 1 ? undefined : takeName(table, words.slice(1)).name };
  const { name, command, rest } = takeName(table, words);
  if (command === undefined) return { help: name };
  const scan = scanOptions({
    table,
    words: rest,
    options: [...command.options, HELP],
    command: name,
    isTrailing: command.trailing !== undefined,
    ...(command.rest === undefined ? {} : { restAfter: command.positionals.length }),
  });
  if (isSet(HELP, scan.given)) return { help: name };
  const args = valuesOf(command.options, scan.given);
  Object.assign(args, namePositionals(name, command.positionals, scan.positionals));
  if (command.trailing !== undefined) Object.assign(args, { [command.trailing.name]: scan.trailing });
  if (command.rest !== undefined) Object.assign(args, { [camel(command.rest.name)]: scan.rest });
  return { name, command, args };
}

interface TakenName {
  readonly name: string;
  /** Of a group there is none. */
  readonly command: Command | undefined;
  readonly rest: readonly string[];
}

/** A name of one word or two. A group's name alone, or with a request for help behind it, stands for itself. */
function takeName(table: CommandTable, [first = "", second, ...rest]: readonly string[]): TakenName {
  if (findGroup(table, first) === undefined) {
    return { name: first, command: requireCommand(table, first), rest: second === undefined ? [] : [second, ...rest] };
  }
  if (second === undefined || isHelpWord(second)) return { name: first, command: undefined, rest: [] };
  const name = `${first} ${second}`;
  const command = findCommand(table, name);
  if (command !== undefined) return { name, command, rest };
  const meant = nearest(second, secondWords(table, first));
  throw unknownCommand(`lamina ${first}`, second, meant === undefined ? undefined : `${first} ${meant}`);
}

function isHelpWord(word: string): boolean {
  return ["help", "h", "--help", "-help", "-h", "--h"].includes(word);
}

function valuesOf(options: readonly Option[], given: Given): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const option of options) values[camel(option.name)] = lastValue(option, given);
  return values;
}

type Given = ReadonlyMap<Option, readonly (boolean | number | string)[]>;

interface Scan {
  readonly given: Given;
  readonly positionals: readonly string[];
  /** What stood behind `--`, if that is something else. */
  readonly trailing: readonly string[];
  /** What stood behind the positional arguments, if that is another program's. */
  readonly rest: readonly string[];
}

interface Scanned {
  readonly table: CommandTable;
  readonly words: readonly string[];
  readonly options: readonly Option[];
  /** undefined for the words before the command: there the first positional word ends the options. */
  readonly command: string | undefined;
  /** The words behind `--` are no positional arguments. */
  readonly isTrailing?: boolean;
  /** After this many positional arguments the words are another program's. */
  readonly restAfter?: number;
}

function scanOptions(request: Scanned): Scan {
  const { words, options, command, restAfter = Number.POSITIVE_INFINITY } = request;
  const given = new Map<Option, (boolean | number | string)[]>();
  const positionals: string[] = [];
  const scanned = { given, positionals, trailing: [], rest: [] };
  for (let i = 0; i < words.length; i++) {
    if (positionals.length === restAfter) return { ...scanned, rest: words.slice(words[i] === "--" ? i + 1 : i) };
    const word = words[i] ?? "";
    if (word === "--" && request.isTrailing === true) return { ...scanned, trailing: words.slice(i + 1) };
    if (word === "--") {
      const left = words.slice(i + 1);
      append(positionals, left.slice(0, restAfter - positionals.length));
      return { ...scanned, rest: left.slice(restAfter) };
    }
    const { name, inline } = splitOption(word);
    if (name === "") {
      if (command === undefined) return { ...scanned, positionals: words.slice(i) };
      positionals.push(word);
      continue;
    }
    const option = options.find((candidate) => candidate.name === name || candidate.alias === name);
    if (option === undefined) throw unknownOption(name, request);
    const text = inline ?? (option.type === "boolean" ? "true" : (option.bare ?? words[++i]));
    if (text === undefined)
      throw usageError(command, `option --${option.name} needs a value, as in --${option.name} <${option.value ?? "value"}>`);
    if (text === "" && option.bare !== undefined)
      throw usageError(command, `option --${option.name}= needs a value, as in --${option.name}=${option.value ?? "value"}, or no "="`);
    given.set(option, [...(given.get(option) ?? []), parseValue(option, text, command)]);
  }
  return scanned;
}

/** `--name=inline` or `-name`; no name for a word that is no option. Without regular expressions, which cost 50 µs at first use. */
function splitOption(word: string): { readonly name: string; readonly inline: string | undefined } {
  const start = word.startsWith("--") ? 2 : 1;
  const first = word.charAt(start);
  const isOption = word.startsWith("-") && first !== "" && first !== "-" && first !== "=";
  if (!isOption || (start === 1 && isNumber(word.slice(1)))) return { name: "", inline: undefined };
  const equals = word.indexOf("=");
  return equals < 0 ? { name: word.slice(start), inline: undefined } : { name: word.slice(start, equals), inline: word.slice(equals + 1) };
}

function isNumber(text: string): boolean {
  for (const digit of text) if (digit < "0" || digit > "9") return false;
  return true;
}

/** The last value given counts, as in Go; a list is all of them. */
function lastValue(option: Option, given: Given): Value {
  const values = given.get(option);
  if (option.type === "strings") return values?.map(String) ?? [];
  const last = values?.at(-1);
  return last === undefined || last === "" ? (option.type === "boolean" ? false : option.default) : last;
}

function isSet(option: Option, given: Given): boolean {
  return lastValue(option, given) === true;
}

function parseValue(option: Option, text: string, command: string | undefined): boolean | number | string {
  const refuse = (accepted: string) => usageError(command, `option --${option.name} must be ${accepted}, not ${JSON.stringify(text)}`);
  if (option.type === "boolean") {
    if (["1", "t", "T", "true", "TRUE", "True"].includes(text)) return true;
    if (["0", "f", "F", "false", "FALSE", "False"].includes(text)) return false;
    throw refuse("true or false");
  }
  if (option.type === "number") {
    if (!/^\d{1,9}$/.test(text)) throw refuse("a whole number");
    return Number(text);
  }
  if (text !== "" && option.choices !== undefined && !option.choices.includes(text)) throw refuse(option.choices.join(" or "));
  return text;
}

function namePositionals(command: string, rows: readonly Positional[], words: readonly string[]): Record<string, string | undefined> {
  const least = rows.filter((row) => !row.optional).length;
  if (words.length < least) {
    const missing = rows.slice(words.length, least).map((row) => `<${row.name}>`);
    throw usageError(command, `${missing.join(" and ")} is missing`);
  }
  if (words.length > rows.length) {
    throw usageError(command, `${JSON.stringify(words[rows.length])} is one argument too many`);
  }
  return Object.fromEntries(rows.map((row, i) => [row.name, words[i]]));
}

/** What other runtimes and engines call these. */
export const SYNONYMS: Readonly<Record<string, string>> = {
  images: "image list",
  import: "image import",
  inspect: "state",
  ls: "list",
  pull: "image pull",
  push: "image push",
  rm: "delete",
  rmi: "image rm",
  stop: "kill",
};

function requireCommand(table: CommandTable, name: string): Command {
  const command = findCommand(table, name);
  if (command !== undefined) return command;
  throw unknownCommand("lamina", name, Object.hasOwn(SYNONYMS, name) ? SYNONYMS[name] : nearest(name, firstWords(table)));
}

function unknownCommand(where: string, name: string, meant: string | undefined): RuntimeError {
  const advice = meant === undefined ? "" : `did you mean ${meant}? `;
  return new RuntimeError("no-command", `No help topic for '${JSON.stringify(name).slice(1, -1)}'`, {
    hint: `it is no command of ${where}: ${advice}see ${where} --help`,
  });
}

function unknownOption(name: string, { table, options, command }: Scanned): RuntimeError {
  const typed = name.length === 1 ? `-${name}` : `--${name}`;
  if (command !== undefined && GLOBALS.some((option) => option.name === name)) {
    return usageError(command, `option ${typed} is a global one`, `lamina ${typed} … ${command}`);
  }
  const owners = Object.entries(table.commands).filter(([, row]) => row.options.some((option) => option.name === name));
  if (command === undefined && owners.length > 0) {
    return usageError(command, `option ${typed} belongs after the command: ${owners.map(([owner]) => owner).join(", ")}`);
  }
  const visible = options.filter((option) => !option.hidden).map((option) => option.name);
  const meant = nearest(name, visible);
  return usageError(command, `unknown option ${typed}`, meant === undefined ? undefined : `--${meant}`);
}

function usageError(command: string | undefined, problem: string, meant?: string): RuntimeError {
  const where = command === undefined ? "lamina" : `lamina ${command}`;
  const advice = meant === undefined ? "" : `did you mean ${meant}? `;
  return new RuntimeError("usage", `cannot run "${where}": ${problem}`, { hint: `${advice}see ${where} --help` });
}

/** The name under which a command finds an option's value. */
export function camel(name: string): string {
  const dash = name.indexOf("-");
  return dash < 0 ? name : name.slice(0, dash) + name.charAt(dash + 1).toUpperCase() + camel(name.slice(dash + 2));
}
