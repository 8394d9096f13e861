/** Completion: the script for a shell, and the words that it asks for by calling `lamina completion --word=…`. */
import { RuntimeError } from "../../base/errors.ts";
import type { Arguments } from "./arguments.ts";
import { SCRIPTS, SHELLS, type Shell } from "./completion-scripts.ts";
import type { Context } from "./context.ts";
import { COMMANDS, firstWords, GLOBALS, isCommandName, isGroupName, secondWords } from "./table.ts";
import type { Option } from "./table-row.ts";

export function run({ shell = "bash", word }: Arguments<"completion">, context: Context): number {
  if (word.length > 0)
    context.print(
      completeWords(word)
        .map((one) => `${one}\n`)
        .join(""),
    );
  else context.print(SCRIPTS[requireShell(shell)]);
  return 0;
}

function requireShell(name: string): Shell {
  const shell = SHELLS.find((one) => one === name);
  if (shell !== undefined) return shell;
  throw new RuntimeError("usage", `cannot run "lamina completion": there is no completion for ${JSON.stringify(name)}`, {
    hint: `the shell is one of ${SHELLS.join(", ")}`,
  });
}

/** What the last of the words after `lamina` may become. Nothing where a value is due: then bash offers files. */
export function completeWords(words: readonly string[]): string[] {
  const last = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const first = commandIndex(before);
  const name = first === undefined ? "" : nameAt(before, first);
  const options: readonly Option[] = isCommandName(name) ? COMMANDS[name].options : first === undefined ? GLOBALS : [];
  const pending = optionOf(before.at(-1), options);
  if (pending !== undefined && pending.type !== "boolean") return startingWith(last, pending.choices ?? []);
  if (last.startsWith("-"))
    return startingWith(last, [...options.filter(({ hidden }) => !hidden).map(({ name: option }) => `--${option}`), "--help"]);
  if (first === undefined) return startingWith(last, firstWords());
  return isGroupName(name) ? startingWith(last, secondWords(name)) : [];
}

/** The command's name of one word or two. */
function nameAt(words: readonly string[], index: number): string {
  const [first = "", second] = words.slice(index);
  return isGroupName(first) && second !== undefined ? `${first} ${second}` : first;
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
