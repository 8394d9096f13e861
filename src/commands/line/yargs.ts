/** yargs on a platform of ours instead of Node's: without files, process, environment or locales, so it runs on any engine. Makes help only. */
import type { Argv } from "yargs";
import Parser from "yargs-parser/browser";
import { cliui } from "../../../node_modules/cliui/build/lib/index.js"; // these two packages export only what needs Node
import { YargsFactory } from "../../../node_modules/yargs/build/lib/yargs-factory.js";
import { wrap } from "../text/wrap.ts";

/** Looks for no package.json and no locale. */
export const newProgram: (args: readonly string[], directory: string) => Argv = YargsFactory(platform());

function platform() {
  const words = new Map<string, string>();
  const say = (text: string, ...values: readonly unknown[]): string => filled(words.get(text) ?? text, values);
  return {
    Parser,
    assert: { notStrictEqual: () => {}, strictEqual: () => {} },
    cliui: (options: object) => cliui(options, { stringWidth: columnsOf, stripAnsi: (text) => text, wrap: wrapped }),
    findUp: () => undefined,
    getCallerFile: () => "",
    getEnv: () => undefined,
    getProcessArgvBin: () => "lamina",
    inspect: String,
    mainFilename: "/",
    path: {
      basename: String,
      dirname: () => "/",
      extname: () => "",
      join: String,
      relative: (_: string, to: string) => to,
      resolve: String,
    },
    process: { argv: () => ["lamina"], cwd: () => "/", emitWarning: () => {}, execPath: () => "lamina", exit: () => {}, stdColumns: null },
    stringWidth: columnsOf,
    y18n: {
      __: say,
      __n: (one: string, more: string, count: number, ...values: readonly unknown[]) => say(count === 1 ? one : more, count, ...values),
      getLocale: () => "en",
      setLocale: () => {},
      updateLocale: (changed: Readonly<Record<string, string>>) => {
        for (const [text, instead] of Object.entries(changed)) words.set(text, instead);
      },
    },
  };
}

/** Each character of our texts takes one column; there are no escape sequences. */
function columnsOf(text: string): number {
  return [...text].length;
}

function wrapped(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((line) => wrap(line.trim(), Math.max(width, 1)))
    .join("\n");
}

/** Replaces each %s and %d by the next value. */
function filled(text: string, values: readonly unknown[]): string {
  let next = 0;
  return text.replace(/%[sd]/g, (place) => (next < values.length ? String(values[next++]) : place));
}
