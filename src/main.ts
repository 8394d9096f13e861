/** argv → one command → one exit status. The only file that writes to the terminal or ends the process. */
import { firstFailure, RuntimeError } from "./base/errors.ts";
import { TABLE } from "./commands/index.ts";
import { parseCommand, parseGlobals } from "./commands/line/argv.ts";
import { type Caller, type Context, type Globals, resolveGlobals } from "./commands/line/context.ts";
import { describeError, type ErrorText, errorLine, errorLines } from "./commands/text/error-text.ts";
import { formatLogLine, type Level } from "./commands/text/log-line.ts";
import { describeVersion } from "./commands/text/version.ts";
import { engine, exit, programArguments } from "./engine/process.ts";
import {
  effectiveUid,
  environmentVariable,
  failInsteadOfDying,
  isInUserNamespace,
  openMissingStreams,
  workingDirectory,
} from "./host/caller/caller.ts";
import { openLog } from "./host/caller/log.ts";
import { resultWidth, terminalWidth, writeError, writeResult } from "./host/caller/output.ts";

/** Takes what is to be told at once: errors, warnings, debug lines. */
type Tell = (level: Level, text: ErrorText) => void;

function caller(): Caller {
  return { uid: effectiveUid(), environmentVariable, workingDirectory, isInUserNamespace };
}

async function runArguments(argv: readonly string[]): Promise<number> {
  const output: string[] = [];
  let tell: Tell = tellTerminal("text");
  const failure = { status: 1 };
  let status = 0;
  try {
    openMissingStreams();
    failInsteadOfDying();
    const { values, instead, rest } = parseGlobals(TABLE, argv);
    if (instead === "version") {
      output.push(describeVersion(engine));
    } else {
      const globals = resolveGlobals(values, caller());
      tell = openTell(globals);
      status = await runWords(instead === "help" ? [] : rest, makeContext(globals, output, tell), failure);
    }
  } catch (error) {
    tell("error", describeError(error));
    status = exitStatusOf(error, failure);
  }
  return writeOutput(output.join(""), tell) ? status : 1;
}

/** `failure` learns the command's own exit status for failures. */
async function runWords(words: readonly string[], context: Context, failure: { status: number }): Promise<number> {
  const parsed = parseCommand(TABLE, words);
  if ("command" in parsed) {
    failure.status = parsed.command.failureStatus ?? 1;
    return parsed.command.run(parsed.args, context);
  }
  const { helpText } = await import("./commands/line/usage.ts");
  context.print(await helpText(TABLE, parsed.help, Math.min(resultWidth() ?? 100, 120)));
  return 0;
}

/** runc's: 3 for a command that does not exist. */
function exitStatusOf(caught: unknown, { status }: { readonly status: number }): number {
  const error = firstFailure(caught);
  return error instanceof RuntimeError && error.code === "no-command" ? 3 : status;
}

function makeContext(globals: Globals, output: string[], tell: Tell): Context {
  return {
    ...globals,
    print: (text) => void output.push(text),
    warn: (message) => tell("warning", { message, details: [] }),
    trace: globals.debug ? (message) => tell("debug", { message: message(), details: [] }) : () => {},
  };
}

/** As runc: with a log, stderr gets the error alone, since it may be the container's own. */
function openTell({ log, logFormat }: Globals): Tell {
  const terminal = tellTerminal(logFormat);
  if (log === undefined) return terminal;
  const append = openLog(log);
  return (level, text) => {
    if (level === "error") tellTerminal("text")(level, text);
    try {
      append(formatLogLine(logFormat, { level, message: errorLine(text), time: new Date() }));
    } catch (error) {
      terminal("warning", describeError(error)); // what was to be logged has its own way to the caller: the status
    }
  };
}

function tellTerminal(format: Globals["logFormat"]): Tell {
  return (level, text) => {
    if (format === "json" || level === "debug") writeLine(formatLogLine(format, { level, message: errorLine(text), time: new Date() }));
    else if (text.isOneLine && terminalWidth() === undefined) writeLine(errorLines({ ...text, details: [] }));
    else writeLine(`${level === "error" ? "" : `${level}: `}${errorLines(text)}`);
  };
}

function writeLine(text: string): void {
  writeError(`${text.trimEnd()}\n`);
}

/** False if stdout does not take it all; that has then been told. */
function writeOutput(text: string, tell: Tell): boolean {
  if (text === "") return true;
  try {
    writeResult(text);
    return true;
  } catch (error) {
    tell("error", describeError(error));
    return false;
  }
}

/** What the engine calls when everything is loaded, which happens when the executable is built. */
export async function main(): Promise<void> {
  exit(await runArguments(programArguments()));
}
