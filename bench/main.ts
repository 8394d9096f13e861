/** `npm run bench`: measures lamina and its peers side by side. The only file of the bench that prints or ends the process. */
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench, Row } from "./bench.ts";
import { BenchError } from "./bench-error.ts";
import { makeBundle } from "./bundle.ts";
import { cleanUp } from "./cleanup.ts";
import { findProgram } from "./command.ts";
import { findImageTools } from "./image-tools.ts";
import { describeMachine, type Machine } from "./machine.ts";
import { ENGINE_MEASUREMENTS, IMAGE_MEASUREMENTS, type MeasurementName, RUNTIME_MEASUREMENTS } from "./measurement-names.ts";
import { MEASUREMENTS } from "./measurements.ts";
import { type Options, parseOptions, USAGE } from "./options.ts";
import { hideHybridCgroups } from "./private-mounts.ts";
import { type Result, renderJson, renderMarkdown, renderProgress, replaceSection } from "./report.ts";
import { findRootFilesystem, type RootFilesystem } from "./root-filesystem.ts";
import { type Found, findRuntimes } from "./runtimes.ts";
import { makeStopwatch } from "./stopwatch.ts";

/** Sections of a file to update, in the order of the results. */
const SECTIONS = ["bench", "bench:images", "bench:docker"] as const;
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

  const home = makeHome();
  const idPrefix = `lamina-bench-${process.pid}-`;
  let found: Found = { runtimes: [], leftOut: [] };
  let results: readonly Result[];
  try {
    found = findRuntimes(options.lamina, home);
    const bench = prepare(found, { home, idPrefix, interrupted, options });
    results = await measureAll(bench, found, machine, options);
  } finally {
    for (const problem of cleanUp(home, found.runtimes, idPrefix)) {
      process.stderr.write(`bench: ${problem}\n`);
      process.exitCode = 1;
    }
  }
  publish(results, options);
}

/** In lower case, because podman uses a layout's path as the image's name, and short, because it takes no long ones. */
function makeHome(): string {
  const path = join(realpathSync(tmpdir()), `lamina-bench-${crypto.randomUUID().slice(0, 8)}`);
  mkdirSync(path, { mode: 0o700 });
  return path;
}

interface Preparation {
  readonly home: string;
  readonly idPrefix: string;
  readonly interrupted: AbortSignal;
  readonly options: Options;
}

function prepare({ runtimes, leftOut }: Found, { home, idPrefix, interrupted, options }: Preparation): PreparedBench {
  const [lamina] = runtimes;
  if (lamina === undefined) throw new Error("lamina is always there");
  const imageTools = findImageTools(lamina);
  for (const reason of [...leftOut, ...imageTools.leftOut]) process.stderr.write(`${reason}\n`);
  mkdirSync(join(home, "pids"));
  mkdirSync(join(home, "state"));
  const notes: string[] = [];
  let count = 0;
  let root: { readonly found: RootFilesystem | undefined } | undefined;
  return {
    home,
    runtimes,
    bundle: makeBundle(join(home, "bundle"), runtimes),
    stopwatch: makeStopwatch(home, interrupted),
    newId: () => `${idPrefix}${count++}`,
    imageTools,
    notes,
    note: (sentence) => void notes.push(sentence),
    findRootFilesystem: () => {
      root ??= { found: hasDisks(notes) ? describeRoot(findRootFilesystem(options.rootfs, home), notes) : undefined };
      return root.found;
    },
  };
}

/** Notes of a measurement are collected for the table that it is in. */
interface PreparedBench extends Bench {
  readonly notes: string[];
}

function hasDisks(notes: string[]): boolean {
  if (findProgram("mkfs.ext4") !== null) return true;
  notes.push("import and commit are left out: mkfs.ext4 is not installed (package e2fsprogs)");
  return false;
}

function describeRoot(root: RootFilesystem | undefined, notes: string[]): RootFilesystem | undefined {
  const missing = "import and commit are left out: no root filesystem; install mmdebstrap, or name one with --rootfs";
  notes.push(root === undefined ? missing : `The root filesystem: ${root.description}`);
  return root;
}

async function measureAll(bench: PreparedBench, found: Found, machine: Machine, { only, rounds, markdown }: Options): Promise<Result[]> {
  const measure = async (names: readonly MeasurementName[]): Promise<Row[]> => {
    const rows: Row[] = [];
    for (const name of only.filter((one) => names.includes(one))) {
      const measured = await MEASUREMENTS[name](bench, rounds);
      rows.push(...measured);
      if (!markdown) for (const row of measured) process.stderr.write(`${renderProgress(row)}\n`);
    }
    return rows;
  };
  const { tools, leftOut } = bench.imageTools;
  const bundle = `The bundle is the default of \`${bench.bundle.writtenBy} spec\`, without a terminal, running a static /bin/true`;
  const ofRuntimes = { machine, ...found, rounds, rows: await measure(RUNTIME_MEASUREMENTS), notes: [bundle, ...bench.notes.splice(0)] };
  const ofImages = { machine, runtimes: tools, leftOut, rounds, rows: await measure(IMAGE_MEASUREMENTS), notes: bench.notes.splice(0) };
  const ofEngines = { machine, ...found, rounds, rows: await measure(ENGINE_MEASUREMENTS), notes: bench.notes.splice(0) };
  return [ofRuntimes, ofImages, ofEngines];
}

/** A table without rows is skipped. */
function publish(results: readonly Result[], { json, update }: Options): void {
  for (const [i, name] of SECTIONS.entries()) {
    const result = results[i];
    if (result === undefined || result.rows.length === 0) continue;
    const markdown = renderMarkdown(result);
    process.stdout.write(`\n${markdown}`);
    if (update !== undefined) writeFileSync(update, replaceSection(readFileSync(update, "utf8"), markdown, name));
  }
  if (json !== undefined) writeFileSync(json, renderJson(results));
}

/** ^C and the like end the measurement cleanly, with the exit status that a shell would give. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => controller.abort(new BenchError(`interrupted by ${signal}`, 128 + constants.signals[signal])));
  }
  return controller.signal;
}
