/** `npm run bench`: measures lamina, crun and runc side by side. The only file of the bench that prints or ends the process. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench } from "./bench.ts";
import { BenchError } from "./bench-error.ts";
import { makeBundle } from "./bundle.ts";
import { cleanUp } from "./cleanup.ts";
import { describeMachine } from "./machine.ts";
import { MEASUREMENTS, type Row } from "./measurements.ts";
import { type Options, parseOptions, USAGE } from "./options.ts";
import { hideHybridCgroups } from "./private-mounts.ts";
import { type Result, renderJson, renderMarkdown, renderProgress, replaceSection } from "./report.ts";
import { type Found, findRuntimes } from "./runtimes.ts";
import { makeStopwatch } from "./stopwatch.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(USAGE);
  else await main(options);
} catch (error) {
  if (!(error instanceof BenchError)) throw error; // a bug in the bench: crash with the stack
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = error.exitStatus;
}

async function main(options: Options): Promise<void> {
  if (process.geteuid?.() !== 0) throw new BenchError("cannot measure: the default bundle needs root");
  const hidden = hideHybridCgroups();
  const machine = describeMachine(hidden);
  const interrupted = abortOnSignals();

  const home = realpathSync(mkdtempSync(join(tmpdir(), "lamina-bench-")));
  const idPrefix = `lamina-bench-${process.pid}-`;
  let found: Found = { runtimes: [], leftOut: [] };
  let result: Result;
  try {
    found = findRuntimes(options.lamina, home);
    const bench = prepare(found, home, idPrefix, interrupted);
    const rows = await measureAll(bench, options);
    const { rounds } = options;
    result = { machine, ...found, rounds, configWrittenBy: bench.bundle.writtenBy, rows };
  } finally {
    for (const problem of cleanUp(home, found.runtimes, idPrefix)) {
      process.stderr.write(`bench: ${problem}\n`);
      process.exitCode = 1;
    }
  }
  publish(result, options);
}

function prepare({ runtimes, leftOut }: Found, home: string, idPrefix: string, interrupted: AbortSignal): Bench {
  for (const reason of leftOut) process.stderr.write(`${reason}\n`);
  mkdirSync(join(home, "pids"));
  mkdirSync(join(home, "state"));
  let count = 0;
  return {
    home,
    runtimes,
    bundle: makeBundle(join(home, "bundle"), runtimes),
    stopwatch: makeStopwatch(home, interrupted),
    newId: () => `${idPrefix}${count++}`,
  };
}

async function measureAll(bench: Bench, { only, rounds, markdown }: Options): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of only) {
    const measured = await MEASUREMENTS[name](bench, rounds);
    rows.push(...measured);
    if (!markdown) for (const row of measured) process.stderr.write(`${renderProgress(row)}\n`);
  }
  return rows;
}

function publish(result: Result, { json, update }: Options): void {
  const markdown = renderMarkdown(result);
  process.stdout.write(`\n${markdown}`);
  if (json !== undefined) writeFileSync(json, renderJson(result));
  if (update !== undefined) writeFileSync(update, replaceSection(readFileSync(update, "utf8"), markdown));
}

/** ^C and its like end the measurement in an orderly way, with the exit status that a shell would give. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => controller.abort(new BenchError(`interrupted by ${signal}`, 128 + constants.signals[signal])));
  }
  return controller.signal;
}
