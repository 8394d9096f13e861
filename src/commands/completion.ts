/** Completion for bash: the script, and the words that it asks for by calling `lamina completion --word=…`. */
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import { COMMANDS, GLOBALS, isCommandName, type Option } from "./table.ts";

const SCRIPT = `_lamina() {
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  mapfile -t COMPREPLY < <(lamina completion "\${words[@]/#/--word=}" 2>/dev/null)
}
complete -o default -F _lamina lamina
`;

export function run(args: Arguments<"completion">, context: Context): number {
  context.print(
    args.word.length === 0
      ? SCRIPT
      : completeWords(args.word)
          .map((word) => `${word}\n`)
          .join(""),
  );
  return 0;
}

/** What the last of the words after `lamina` may become. Nothing where a value is due: then bash offers files. */
export function completeWords(words: readonly string[]): string[] {
  const last = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const at = commandIndex(before);
  const command = at === undefined ? undefined : before[at];
  const options: readonly Option[] = command !== undefined && isCommandName(command) ? COMMANDS[command].options : GLOBALS;
  const pending = optionOf(before.at(-1), options);
  if (pending !== undefined && pending.type !== "boolean") return startingWith(last, pending.choices ?? []);
  if (last.startsWith("-"))
    return startingWith(last, [...options.filter(({ hidden }) => !hidden).map(({ name }) => `--${name}`), "--help"]);
  return command === undefined ? startingWith(last, Object.keys(COMMANDS)) : [];
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
