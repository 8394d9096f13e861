/** The table of commands, by which argv.ts parses and from which help and completion are made. ../index.ts has its rows. */
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import type { CommandRow, GroupRow } from "./table-row.ts";

/** What argv.ts makes of the words of a command line: each value has been checked against its row. */
export type ArgumentValues = Readonly<Record<string, boolean | number | string | readonly string[] | undefined>>;

export interface Command extends CommandRow {
  /** Returns the exit status. Prints by its context only; throws a RuntimeError when it fails. */
  readonly run: (args: ArgumentValues, context: Context) => number | Promise<number>;
}

export interface CommandTable {
  /** In the order of help. A name of two words begins with that of a group: `image import`. */
  readonly commands: Readonly<Record<string, Command>>;
  readonly groups: Readonly<Record<string, GroupRow>>;
}

/** What a command's file exports. */
interface CommandFile<Row extends CommandRow> {
  readonly ROW: Row;
  readonly run: (args: Arguments<Row>, context: Context) => number | Promise<number>;
}

/** A row with what it calls, which takes just the arguments that the row describes. */
export function command<Row extends CommandRow>({ ROW, run }: CommandFile<Row>): Command {
  return { ...ROW, run: (args, context) => run(args as Arguments<Row>, context) };
}

/** Own properties only: `lamina constructor` is no command. */
export function findCommand({ commands }: CommandTable, name: string): Command | undefined {
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

export function findGroup({ groups }: CommandTable, name: string): GroupRow | undefined {
  return Object.hasOwn(groups, name) ? groups[name] : undefined;
}

/** What may stand in a command's place: the names of one word, and the groups. */
export function firstWords({ commands, groups }: CommandTable): string[] {
  return [...Object.keys(commands).filter((name) => !name.includes(" ")), ...Object.keys(groups)];
}

/** The second words of a group's commands. */
export function secondWords({ commands }: CommandTable, group: string): string[] {
  return Object.keys(commands)
    .filter((name) => name.startsWith(`${group} `))
    .map((name) => name.slice(group.length + 1));
}
