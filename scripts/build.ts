/** Builds dist/lamina, or another file, or for another machine: `npm run build -- [--target NAME] [FILE]`. It is the engine's host with lamina's modules loaded already, and native init, in one executable. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildHost, buildImage, type ImageEntry } from "./build-engine.ts";
import { buildInit, nativeOutput } from "./build-native.ts";
import { bundle } from "./bundle.ts";
import { runScript } from "./run-script.ts";
import { buildSnapshotHost } from "./snapshot.ts";
import { findTarget, requireTargetName, type TargetName } from "./targets.ts";

const ROOT = join(import.meta.dirname, "..");
const REHEARSAL = join(import.meta.dirname, "rehearse.sh");

/** What main.ts uses itself, for any command. */
const COMMON = ["commands/line/argv.ts", "commands/line/context.ts", "commands/text/error-text.ts", "host/caller/output.ts"];

/** yargs and ajv's validators, which are large, and quick enough for whoever asks for help or makes an error; and what few containers ever need. */
const LATE = [
  "spec/generated/problems.js",
  "commands/text/explain-text.ts",
  "commands/line/usage.ts",
  "host/checkpoints.ts",
  "host/update.ts",
  "host/stats/events.ts",
  "host/check/checks.ts",
  "layers/store/verify.ts",
  "layers/store/write-layer.ts",
];

export async function build(out: string = join(ROOT, "dist/lamina")): Promise<string> {
  const directory = nativeOutput("lamina");
  await mkdir(join(out, ".."), { recursive: true });
  const entries = await bundleWithInit(directory, await buildInit());
  return buildSnapshotHost({ out, directory, entries, rehearsal: REHEARSAL });
}

/** For another C library or processor. */
export async function buildFor(name: TargetName, out: string = join(ROOT, `dist/lamina-${name}`)): Promise<string> {
  const target = await findTarget(name);
  const directory = nativeOutput(`lamina-${name}`);
  await mkdir(join(out, ".."), { recursive: true });
  const init = await buildInit({ out: join(directory, "init"), compiler: target.compiler });
  const entries = await bundleWithInit(directory, init);
  return buildSnapshotHost({ out, directory, entries, target, ...(target.runner === undefined && { rehearsal: REHEARSAL }) });
}

/** The same program with host and init under AddressSanitizer and UndefinedBehaviorSanitizer. It loads its modules at each start. */
export async function buildSanitized(): Promise<string> {
  const directory = nativeOutput("lamina.sanitized");
  const entries = await bundleWithInit(directory, await buildInit({ sanitize: true }));
  const image = await buildImage(join(directory, "image"), entries);
  return buildHost({ out: join(directory, "lamina"), image, sanitize: true });
}

async function bundleWithInit(directory: string, init: string): Promise<ImageEntry[]> {
  await mkdir(directory, { recursive: true });
  const modules = await bundle({
    entry: join(ROOT, "src/main.ts"),
    late: LATE.map((path) => join(ROOT, "src", path)),
    common: COMMON.map((path) => join(ROOT, "src", path)),
    directory: join(directory, "modules"),
    define: { LAMINA_COMMIT: JSON.stringify(await commit()) },
  });
  return [...modules, { kind: "file", name: "init", path: init }];
}

/** Of the sources; "unknown" outside of a git checkout. */
async function commit(): Promise<string> {
  const run = Bun.spawnSync(["git", "describe", "--always", "--dirty", "--abbrev=12"], { cwd: ROOT, stdout: "pipe", stderr: "ignore" });
  return run.exitCode === 0 ? run.stdout.toString().trim() : "unknown";
}

if (import.meta.main) {
  await runScript("build", async () => {
    const { values, positionals } = parseArgs({ options: { target: { type: "string" } }, allowPositionals: true });
    const out =
      values.target === undefined ? await build(positionals[0]) : await buildFor(requireTargetName(values.target), positionals[0]);
    console.log(`${out}  ${((await Bun.file(out).stat()).size / 1e6).toFixed(1)} MB`);
    return 0;
  });
}
