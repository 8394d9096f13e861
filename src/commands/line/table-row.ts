/** What the table of commands says of a command and of a group. No code. */

export interface Option {
  /** Without dashes. The parsed value is found under the same name in camel case. */
  readonly name: string;
  /** `strings` may be given several times. */
  readonly type: "boolean" | "string" | "number" | "strings";
  /** One letter. */
  readonly alias?: string;
  readonly default?: string | number;
  readonly choices?: readonly string[];
  /** The value without one: then it is only ever given as `--name=value`, and no word behind belongs to it. */
  readonly bare?: string;
  /** What help calls the value. */
  readonly value?: string;
  readonly summary: string;
  /** Accepted, but neither in help nor offered by completion. */
  readonly hidden?: true;
}

export interface Positional {
  readonly name: string;
  readonly optional?: true;
  readonly summary: string;
}

export interface CommandRow {
  /** One line for the list of commands. */
  readonly summary: string;
  /** Paragraphs for the command's own help. */
  readonly details: string;
  readonly positionals: readonly Positional[];
  /** What the words behind `--` are, if they are not positional arguments as well. */
  readonly trailing?: Positional;
  /** The words behind the positional arguments, which are another program's: taken as they are, options too. */
  readonly rest?: Positional;
  readonly options: readonly Option[];
  /** Exit status if the command itself fails; default: 1. */
  readonly failureStatus?: number;
}

/** A word before the names of several commands: `image` in `image import`. */
export interface GroupRow {
  /** One line for the list of commands. */
  readonly summary: string;
  /** Paragraphs for the group's own help. */
  readonly details: string;
}
