/** Completion: the script for a shell, and the words that it asks for by calling `lamina completion --word=…`. */
import { RuntimeError } from "../../base/errors.ts";
import type { Arguments } from "./arguments.ts";
import { SCRIPTS, SHELLS, type Shell } from "./completion-scripts.ts";
import type { Context } from "./context.ts";
import { GLOBALS } from "./globals.ts";
import { type CommandTable, findCommand, findGroup, firstWords, secondWords } from "./table.ts";
import type { CommandRow, Option } from "./table-row.ts";

export const ROW = {
  summary: "print a completion script for a shell",
  details:
    "For bash: source <(lamina completion); for zsh, after compinit: source <(lamina completion zsh); for fish: lamina completion fish | source.",
  positionals: [{ name: "shell", optional: true, summary: "bash (the default), zsh or fish" }],
  options: [{ name: "word", type: "strings", value: "word", summary: "print the completions of these words instead", hidden: true }],
} as const satisfies CommandRow;

/** The command, which is itself in the table that it reads. */
export function completing(table: () => CommandTable) {
  return ({ shell = "bash", word }: Arguments<typeof ROW>, context: Context): number => {
    const lines = completeWords(table(), word).map((one) => `${one}\n`);
    context.print(word.length > 0 ? lines.join("") : SCRIPTS[requireShell(shell)]);
    return 0;
  };
}

function requireShell(name: string): Shell {
  const shell = SHELLS.find((one) => one === name);
  if (shell !== undefined) return shell;
  throw new RuntimeError("usage", `cannot run "lamina completion": there is no completion for ${JSON.stringify(name)}`, {
    hint: `the shell is one of ${SHELLS.join(", ")}`,
  });
}

/** What the last of the words after `lamina` may become. Nothing where a value is due: then bash offers files. */
export function completeWords(table: CommandTable, words: readonly string[]): string[] {
  const last = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const first = commandIndex(before);
  const name = first === undefined ? "" : nameAt(table, before.slice(first));
  const options: readonly Option[] = first === undefined ? GLOBALS : (findCommand(table, name)?.options ?? []);
  const pending = optionOf(before.at(-1), options);
  if (pending !== undefined && pending.type !== "boolean" && pending.bare === undefined) return startingWith(last, pending.choices ?? []);
  if (last.startsWith("-"))
    return startingWith(last, [...options.filter(({ hidden }) => !hidden).map(({ name: option }) => `--${option}`), "--help"]);
  if (first === undefined) return startingWith(last, firstWords(table));
  return findGroup(table, name) === undefined ? [] : startingWith(last, secondWords(table, name));
}

/** The command's name of one word or two. */
function nameAt(table: CommandTable, [first = "", second]: readonly string[]): string {
  return findGroup(table, first) !== undefined && second !== undefined ? `${first} ${second}` : first;
}

function commandIndex(words: readonly string[]): number | undefined {
  for (let i = 0; i < words.length; i++) {
    const option = optionOf(words[i], GLOBALS);
    if (option !== undefined && option.type !== "boolean") i++;
    else if (words[i]?.startsWith("-") === false) return i;
  }
  return undefined;
}

function optionOf(word: string | undefined, options: readonly Option[]): Option | undefined {
  return word?.startsWith("-") ? options.find(({ name, alias }) => word === `--${name}` || word === `-${alias}`) : undefined;
}

function startingWith(prefix: string, words: readonly string[]): string[] {
  return words.filter((word) => word.startsWith(prefix));
}
