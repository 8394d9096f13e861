/** What a command is given, as types computed from its row: a renamed option is a type error where it is used. No code. */
import type { GLOBALS } from "./globals.ts";
import type { CommandRow, Option, Positional } from "./table-row.ts";

/** `pid-file` → `pidFile` */
type Camel<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

type Text<O extends Option> = O extends { choices: readonly (infer C)[] } ? C : string;

type OptionValue<O extends Option> = O extends { type: "boolean" }
  ? boolean
  : O extends { type: "strings" }
    ? readonly string[]
    : (O extends { type: "number" } ? number : Text<O>) | (O extends { default: string | number } ? never : undefined);

export type OptionValues<Options extends readonly Option[]> = { readonly [O in Options[number] as Camel<O["name"]>]: OptionValue<O> };

type PositionalValues<Positionals extends readonly Positional[]> = {
  readonly [P in Positionals[number] as P["name"]]: P extends { optional: true } ? string | undefined : string;
};

type TrailingValues<Row> = Row extends { trailing: { name: infer Name extends string } }
  ? { readonly [N in Name]: readonly string[] }
  : unknown;

type RestValues<Row> = Row extends { rest: { name: infer Name extends string } }
  ? { readonly [N in Name as Camel<N>]: readonly string[] }
  : unknown;

export type GlobalValues = OptionValues<typeof GLOBALS>;

/** Every option and positional argument of a command; those that were not given have their default, false, [] or undefined. */
export type Arguments<Row extends CommandRow> = OptionValues<Row["options"]> &
  PositionalValues<Row["positionals"]> &
  TrailingValues<Row> &
  RestValues<Row>;
