/** The modules of yargs and its parts that do not need Node, as far as yargs.ts uses them. */
declare module "yargs-parser/browser" {
  const Parser: object;
  export default Parser;
}

declare module "*/yargs/build/lib/yargs-factory.js" {
  /** `platform` is what yargs calls a shim: lib/platform-shims/ in its package. */
  export function YargsFactory(platform: object): (args: readonly string[], directory: string) => import("yargs").Argv;
}

declare module "*/cliui/build/lib/index.js" {
  interface TextFunctions {
    readonly stringWidth: (text: string) => number;
    readonly stripAnsi: (text: string) => string;
    /** Lines of at most `width` columns, joined by newlines. */
    readonly wrap: (text: string, width: number) => string;
  }

  export function cliui(options: object, functions: TextFunctions): object;
}
