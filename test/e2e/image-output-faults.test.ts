/** Output from a store, exports and bundles, killed before any of its calls, or with a failing call. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { archiveOf } from "../support/archive.ts";
import { type ImageBox, imageBox } from "../support/image-box.ts";
import { TestLayout } from "../support/image-layout.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import type { Outcome } from "../support/spawn.ts";
import { findDamage } from "../support/store-oracle.ts";
import { type Call, endedAt, failedAt, failedOn, killedAt, tracedCalls } from "../support/system-calls.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("strace");

/** An image of two layers in the box's store. */
async function openBox(): Promise<ImageBox> {
  const box = await imageBox();
  const layout = new TestLayout();
  const layers = ["one", "two"].map((name) => ({ archive: archiveOf({ name, content: name.repeat(1000) }) }));
  layout.add(layout.image({ layers, config: { config: { Cmd: ["/one"] } } }), "web:1");
  await layout.write(join(box.path, "layout"));
  await box.must(["import", "layout"]);
  return box;
}

async function lamina(box: ImageBox, prefix: readonly string[], words: readonly string[]): Promise<Outcome> {
  return (await box.run([...prefix, ...runtimeUnderTest().argv, "--image-root", box.store, ...words])).ended;
}

/** A directory with an archive that an export may replace. */
async function emptyTarget(box: ImageBox): Promise<string> {
  const target = join(box.path, "to");
  await rm(target, { recursive: true, force: true });
  await mkdir(target);
  await writeFile(join(target, "old.tar"), "old");
  return target;
}

/** Anything that should not exist: partial files, temporary ones, and a layout that lacks what it names. */
function oddities(target: string, isWholeCopyAllowed: boolean): string[] {
  const paths = readdirSync(target, { recursive: true, encoding: "utf8" });
  const odd = paths.filter((path) => !WHOLE.test(path) && !(isWholeCopyAllowed && /^old\.tar\.tmp-\d+$/.test(path)));
  const archives = paths.filter((path) => /\.tar(\.tmp-\d+)?$/.test(path)).filter((path) => !isArchive(join(target, path)));
  return [...odd, ...archives, ...findDamage(join(target, "new")).filter((line) => !line.includes("lost its layer"))]; // layouts have none
}

const WHOLE = /^(?:old\.tar|new\.tar|new|new\/(?:oci-layout|index\.json|blobs|blobs\/sha256(?:\/[0-9a-f]{64})?))$/;

function isArchive(path: string): boolean {
  const bytes = readFileSync(path);
  return bytes.toString() === "old" || (bytes.length > 1024 && bytes.subarray(-1024).every((byte) => byte === 0));
}

const DESTINATIONS = ["new.tar", "old.tar", "new"];

async function disturbExports(disturb: (call: Call) => readonly string[], judge: (outcome: Outcome) => boolean): Promise<string[]> {
  await using box = await openBox();
  const problems: string[] = [];
  for (const destination of DESTINATIONS) {
    const words = ["image", "export", "web:1", join(await emptyTarget(box), destination)];
    const calls = await tracedCalls(join(box.path, "to"), (prefix) => lamina(box, prefix, words));
    if (calls.length < 4) throw new Error(`strace saw only ${calls.length} calls of the export to ${destination}`);
    for (const call of calls) {
      const target = await emptyTarget(box);
      const outcome = await lamina(box, disturb(call), words);
      const found = [
        ...oddities(target, ["linkat", "renameat2"].includes(call.name)),
        ...(judge(outcome) ? [] : [`${outcome.exitCode}: ${outcome.stderr}`]),
      ];
      problems.push(...found.map((line) => `${call.text}: ${line}`));
    }
  }
  return problems;
}

test.if(possible)("an export killed before any of its calls leaves only complete files", async () => {
  expect(await disturbExports(killedAt, ({ exitCode }) => exitCode === 137)).toEqual([]);
});

test.if(possible)("an interrupted export leaves only complete files", async () => {
  expect(
    await disturbExports(
      (call) => endedAt(call, "SIGINT"),
      ({ exitCode }) => exitCode === 130,
    ),
  ).toEqual([]);
});

test.if(possible)("an export to a full disk, whichever call hits it, says so and leaves only complete files", async () => {
  const isTold = ({ exitCode, stderr }: Outcome): boolean => exitCode === 1 && /^cannot .*: no space left on device\n/.test(stderr);
  expect(
    await disturbExports(
      (call) => failedAt(call, "ENOSPC"),
      (outcome) => outcome.exitCode === 0 || isTold(outcome),
    ),
  ).toEqual([]);
});

test.if(possible)("on a file system without unnamed files an export is the same", async () => {
  await using box = await openBox();
  const target = await emptyTarget(box);
  await box.must(["export", "web:1", "wanted.tar"]);
  const words = ["image", "export", "web:1", join(target, "old.tar")];
  expect(await lamina(box, failedOn("openat", target, "EOPNOTSUPP"), words)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  expect(readdirSync(target)).toEqual(["old.tar"]);
  expect(readFileSync(join(target, "old.tar")).equals(readFileSync(join(box.path, "wanted.tar")))).toBe(true);
});

test("a pipe as the destination of an export stays a pipe, and gets the archive", async () => {
  await using box = await openBox();
  await box.must(["export", "--format", "docker-archive", "web:1", "wanted"]);
  const script = 'mkfifo pipe && { cat pipe >got & } && "$@" --format docker-archive web:1 pipe && wait';
  await box.tool(["sh", "-c", script, "sh", ...runtimeUnderTest().argv, "--image-root", box.store, "image", "export"]);
  const [got, wanted] = ["got", "wanted"].map((name) => readFileSync(join(box.path, name)).toString("latin1"));
  expect([statSync(join(box.path, "pipe")).isFIFO(), got === wanted]).toEqual([true, true]);
});

test.if(possible && requires("cgroupfs-driver"))(
  "a bundle interrupted at any of its calls keeps its layers, if it is complete",
  async () => {
    await using box = await openBox();
    const bundle = join(box.path, "made");
    const words = ["bundle", "web:1", bundle];
    const calls = await tracedCalls(box.path, (prefix) => lamina(box, prefix, words));
    const problems: string[] = [];
    let made = 0;
    for (const call of calls.filter(({ text }) => !text.includes("call-"))) {
      await rm(bundle, { recursive: true, force: true });
      await lamina(box, endedAt(call, "SIGTERM"), words); // after the call, so that the last one completes it
      await box.must(["rm", "web:1"]);
      await box.must(["gc"]);
      if (existsSync(join(bundle, "layers.json"))) {
        made++;
        const { exitCode, stdout, stderr } = await lamina(box, [], ["check", "--bundle", bundle]);
        if (exitCode !== 0) problems.push(`${call.text}: ${stdout}${stderr}`);
      }
      await box.must(["import", "layout"]);
    }
    expect([problems, made > 0]).toEqual([[], true]);
  },
);
