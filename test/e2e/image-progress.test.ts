/** The progress of long operations, on a terminal only, and what ^C leaves behind. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { open, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { archiveOf } from "../support/archive.ts";
import { type ImageBox, imageBox } from "../support/image-box.ts";
import { TestLayout } from "../support/image-layout.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { atTerminal, framesOf, screenOf } from "../support/screen.ts";
import { findDamage, imagesIn } from "../support/store-oracle.ts";
import { openWork, type WorkName } from "../support/store-work.ts";
import { endedAt, endedAtAndSlowed, slowed, tracedCalls } from "../support/system-calls.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const SIZE = 700_000;
/** Milliseconds of each read or write: longer than figures stand on the screen, so that each moves them. */
const SLOW = 110;
/** A part, the whole, a speed, how much of everything, how long. */
const FIGURES = String.raw`\d[\d.]* k?M?B of \d[\d.]* [kM]B, \d[\d.]* [kM]?B/s, \d+%, \d+ (s|min) left`;

/** An image of three layers that do not compress, in the box's layout. */
async function writeImage(box: ImageBox): Promise<void> {
  const layout = new TestLayout();
  const noise = (n: number): Buffer => Buffer.concat(Array.from({ length: SIZE / 64 }, (_, i) => sha512(`${n} ${i}`)));
  const layers = [1, 2, 3].map((n) => ({ archive: archiveOf({ name: `file${n}`, content: noise(n) }) }));
  layout.add(layout.image({ layers, config: { config: { Cmd: ["/file1"] } } }), "web:1");
  await layout.write(join(box.path, "layout"));
}

function sha512(text: string): Buffer {
  return Buffer.from(new Bun.CryptoHasher("sha512").update(text).digest());
}

function lamina(box: ImageBox, ...words: string[]): string[] {
  return [...runtimeUnderTest().argv, "--image-root", box.store, ...words];
}

test.if(requires("root", "strace"))("import, export, verify and bundle show bytes, layers and the time left at a terminal", async () => {
  await using box = await imageBox();
  await writeImage(box);
  const show = async (slow: string, ...words: string[]): Promise<{ status: unknown; frames: string[]; screen: string[] }> => {
    const running = atTerminal([...slowed(slow, SLOW), ...lamina(box, ...words)], { cwd: box.path });
    const status = await running.ended;
    return { status, frames: framesOf(running.written()), screen: screenOf(running.written()) };
  };
  const imported = await show("write", "image", "import", "layout");
  expect(imported).toEqual({
    status: 0,
    frames: expect.arrayContaining([expect.stringMatching(new RegExp(`^layer 2 of 3: ${FIGURES}$`))]),
    screen: [expect.stringMatching(/^web:1: sha256:[0-9a-f]{64}, 3 layers, 3 new$/), ""],
  });
  const figures = new RegExp(`: ${FIGURES}$`);
  const exported = await show("write", "image", "export", "web:1", "out.tar");
  expect(exported).toEqual({ status: 0, frames: expect.arrayContaining([expect.stringMatching(figures)]), screen: [""] });
  const verified = await show("read", "image", "verify");
  expect([verified.status, verified.frames.filter((frame) => figures.test(frame)).length > 0]).toEqual([0, true]);
  expect(verified.frames.filter((frame) => /^unpacked layer 3 of 3/.test(frame))).not.toEqual([]);
  await rm(join(box.store, "layers"), { recursive: true });
  const bundled = await show("write", "bundle", "web:1", "made");
  expect(bundled).toEqual({
    status: 0,
    frames: expect.arrayContaining([expect.stringMatching(new RegExp(`^layer \\d of 3: ${FIGURES}$`))]),
    screen: [""],
  });
});

test("gc shows on a terminal how much it removes", async () => {
  await using box = await imageBox();
  await writeImage(box);
  await box.must(["import", "layout"]);
  await box.must(["rm", "web:1"]);
  const running = atTerminal(lamina(box, "image", "gc"), { cwd: box.path });
  expect([await running.ended, framesOf(running.written())[0], screenOf(running.written()).length]).toEqual([0, "removing", 9]);
});

test("without a terminal, long operations show nothing", async () => {
  await using box = await imageBox();
  await writeImage(box);
  const told: string[] = [];
  for (const words of [
    ["import", "layout"],
    ["export", "web:1", "out"],
    ["export", "web:1", "out.tar"],
    ["verify"],
    ["rm", "web:1"],
    ["gc"],
  ]) {
    const { exitCode, stderr } = await box.call(words);
    told.push(`${exitCode} ${stderr}`);
  }
  expect(told).toEqual(Array(6).fill("0 "));
});

test("an error has its own line, without progress in it", async () => {
  await using box = await imageBox();
  await writeImage(box);
  const blobs = await readdir(join(box.path, "layout/blobs/sha256"));
  const [large = ""] = blobs.filter((name) => Bun.file(join(box.path, "layout/blobs/sha256", name)).size > SIZE);
  const blob = await open(join(box.path, "layout/blobs/sha256", large), "r+");
  await blob.write("?", 1000);
  await blob.close();
  const running = atTerminal(lamina(box, "image", "import", "layout"), { cwd: box.path });
  expect([await running.ended, screenOf(running.written())[0]]).toEqual([1, expect.stringMatching(/^cannot read blob sha256:/)]);
});

test("^C on a terminal ends an import at once, and the next run removes what is left of it", async () => {
  await using box = await imageBox();
  await box.tool(["mkfifo", "pipe"]);
  const running = atTerminal(lamina(box, "image", "import", "pipe", "web:1"), { cwd: box.path });
  const pipe = await open(join(box.path, "pipe"), "w");
  const archive = archiveOf({ name: "file", content: Buffer.alloc(10_000_000, 7) });
  let at = 0;
  await until(
    "the import shows how far it is",
    async () => {
      at += (await pipe.write(archive, at, 50_000)).bytesWritten;
      return /pipe: \d[\d.]* [kM]B, \d[\d.]* [kM]B\/s/.test(running.written());
    },
    running.written,
  );
  running.type("\x03");
  expect(await running.ended).toBe("SIGINT"); // 130 for a shell
  await pipe.close();
  expect([imagesIn(box.store), findDamage(box.store), readdirSync(join(box.store, "ingest")).length]).toEqual([{}, [], 1]);
  await writeFile(join(box.path, "root.tar"), archiveOf({ name: "f", content: "x" }));
  await box.must(["import", "root.tar", "other"]);
  expect([readdirSync(join(box.store, "tmp/layers")), readdirSync(join(box.store, "ingest"))]).toEqual([[], []]);
});

const SIGNALS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const;
const MOMENTS = 12;

for (const name of ["import layout", "import stdin", "commit", "gc"] as const satisfies readonly WorkName[]) {
  test.if(requires("root", "strace"))(`${name}: SIGINT and SIGTERM end it as a shell expects, and leave the store whole`, async () => {
    await using work = await openWork(name, { files: 3, bytes: 1000 });
    await work.reset();
    const calls = await tracedCalls(work.store, (prefix) => work.run(prefix));
    const problems: string[] = [];
    for (let moment = 0; moment < MOMENTS; moment++) {
      const call = calls[Math.floor((moment * calls.length) / MOMENTS)];
      const [signal, status] = SIGNALS[moment % 2 === 0 ? 0 : 1];
      if (call === undefined) throw new Error(`strace saw only ${calls.length} calls of ${name}`);
      await work.reset();
      const { exitCode } = await work.run(endedAt(call, signal));
      const found = [...(exitCode === status ? [] : [`exit status ${exitCode}`]), ...work.problems(), ...(await work.finish())];
      problems.push(...found.map((problem) => `${signal} at ${call.text}: ${problem}`));
    }
    expect(problems).toEqual([]);
  });
}

test.if(requires("root", "strace"))("a commit hears a signal while it reads, and does not finish first", async () => {
  await using work = await openWork("commit", { files: 8, bytes: 700_000 });
  await work.reset();
  const before = imagesIn(work.store);
  const calls = await tracedCalls(work.store, (prefix) => work.run(prefix));
  const first = calls.find(({ name, text }) => name === "openat" && text.includes("/ingest/"));
  if (first === undefined) throw new Error(`no blob is made of the layer:\n${calls.map(({ text }) => text).join("\n")}`);
  await work.reset();
  const { exitCode } = await work.run(endedAtAndSlowed(first, "SIGTERM", "write"));
  expect([exitCode, imagesIn(work.store), work.problems()]).toEqual([143, before, []]);
});

test.if(requires("skopeo"))("push and pull let skopeo show what it does at a terminal, and nowhere else", async () => {
  await using box = await imageBox();
  await writeImage(box);
  await box.must(["import", "layout"]);
  const told: unknown[] = [];
  for (const words of [
    ["push", "web:1", "oci:pushed:web"],
    ["pull", "oci:pushed:web", "again:1"],
  ]) {
    const running = atTerminal(lamina(box, "image", ...words), { cwd: box.path });
    told.push([await running.ended, /Copying blob/.test(running.written())]);
    const { exitCode, stderr } = await box.call(words);
    told.push([exitCode, stderr]);
  }
  expect(told).toEqual([
    [0, true],
    [0, ""],
    [0, true],
    [0, ""],
  ]);
});

test.if(requires("skopeo"))("a pull that is told to end ends skopeo as well, and takes its scratch directory away", async () => {
  await using box = await imageBox();
  let asked = false;
  using registry = Bun.serve({
    port: 0,
    fetch: () => {
      asked = true;
      return new Promise<Response>(() => {}); // the registry that never answers
    },
  });
  const running = await box.start(["pull", "--insecure", `127.0.0.1:${registry.port}/team/web:1`]);
  await until("skopeo asks the registry", () => asked, running.stderr);
  running.kill("SIGTERM");
  expect((await running.ended).exitCode).toBe(143);
  expect(readdirSync(join(box.store, "ingest"))).toEqual([]);
  await until("skopeo is gone", () => registry.pendingRequests === 0);
});
