/**
 * Work on an image store that can be started again and again from the same state: imports of every kind of source, a commit, a
 * garbage collection. Tests interrupt it, make calls in it fail, and compare what is left with the undisturbed result.
 */
import { accessSync, constants } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { archiveOf, type Member } from "./archive.ts";
import { type ImageBox, imageBox } from "./image-box.ts";
import { compressed, TestLayout } from "./image-layout.ts";
import { runtimeUnderTest } from "./runtimes.ts";
import { type Outcome, type Running, spawn } from "./spawn.ts";
import { findDamage, imagesIn, listingOf } from "./store-oracle.ts";

export type WorkName = "first import" | "import layout" | "import docker archive" | "import stdin" | "import rootfs" | "commit" | "gc";

export interface Work extends AsyncDisposable {
  readonly store: string;
  /** The store as it is before the work. */
  reset(): Promise<void>;
  /** `prefix` is put before the call. */
  start(prefix?: readonly string[]): Promise<Running>;
  run(prefix?: readonly string[]): Promise<Outcome>;
  /** What is wrong with the store when the work may be done, half done or not begun: lost or half images, damage. Empty if all is well. */
  problems(): string[];
  /** Completes the work and returns what is wrong: a failure, or any difference from the undisturbed result. */
  finish(): Promise<string[]>;
  verify(): Promise<string[]>;
}

/** Larger values make the work longer, and a kill in the middle of it more likely. */
export interface Scale {
  readonly files: number;
  readonly bytes: number;
}

const MEMORY = "/dev/shm";

/** The image that stays beside the one that comes or goes. */
const KEPT = "kept:1";
const TARGET = "web:1";

interface Recipe {
  /** Makes the store, and the sources in the box. */
  readonly prepare: (box: ImageBox, scale: Scale) => Promise<void>;
  /** The words after `lamina --image-root STORE`. */
  readonly words: (box: ImageBox) => readonly string[];
  readonly input?: string;
  /** The work begins without a store. */
  readonly makesStore?: true;
}

const RECIPES: Readonly<Record<WorkName, Recipe>> = {
  "first import": { prepare: prepareImport, words: () => ["image", "import", "--ref", TARGET, "layout"], makesStore: true },
  "import layout": { prepare: prepareImport, words: () => ["image", "import", "--ref", TARGET, "layout"] },
  "import docker archive": { prepare: prepareArchive, words: () => ["image", "import", "saved.tar"] },
  "import stdin": { prepare: prepareArchive, words: () => ["image", "import", "-"], input: "saved.tar.gz" },
  "import rootfs": { prepare: prepareImport, words: () => ["image", "import", "root.tar", TARGET] },
  commit: { prepare: prepareCommit, words: ({ path }) => ["--root", join(path, "state"), "commit", "c1", TARGET] },
  gc: { prepare: prepareCollection, words: () => ["image", "gc"] },
};

/** In memory if possible, since hundreds of rounds would otherwise wait for the disk. */
export async function openWork(name: WorkName, scale: Scale): Promise<Work> {
  const box = await imageBox(isWritable(MEMORY) ? MEMORY : undefined);
  try {
    return await prepareWork(box, name, scale);
  } catch (error) {
    await box[Symbol.asyncDispose]();
    throw error;
  }
}

async function prepareWork(box: ImageBox, name: WorkName, scale: Scale): Promise<Work> {
  const { store, path } = box;
  const recipe = RECIPES[name];
  const template = join(path, "template");
  const words = [...runtimeUnderTest().argv, "--image-root", store, ...recipe.words(box)];
  const argv = recipe.input === undefined ? words : ["sh", "-c", `exec "$@" <${recipe.input}`, "sh", ...words];
  const env = { PATH: process.env.PATH ?? "", HOME: path, XDG_RUNTIME_DIR: path, SOURCE_DATE_EPOCH: "1700000000" };
  const start: Work["start"] = (prefix = []) => spawn(path, [...prefix, ...argv], { env, cwd: path });
  await recipe.prepare(box, scale);
  if (recipe.makesStore) await rm(store, { recursive: true });
  else await box.tool(["cp", "-a", store, template]);
  const before = imagesIn(store);
  const first = await (await start()).ended;
  if (first.exitCode !== 0) throw new Error(`${name} does not even work undisturbed: ${first.stderr}`);
  const [after, wanted] = [imagesIn(store), listingOf(store)];
  const verify: Work["verify"] = async () => {
    const { exitCode, stdout, stderr } = await box.call(["verify"]);
    return exitCode === 0 && stderr === "" ? [] : [`verify ended with ${exitCode}: ${stdout}${stderr}`];
  };
  return {
    store,
    start,
    run: async (prefix) => (await start(prefix)).ended,
    verify,
    async reset() {
      await rm(store, { recursive: true, force: true });
      if (!recipe.makesStore) await box.tool(["cp", "-a", template, store]);
    },
    problems() {
      const now = imagesIn(store);
      const isKnown = [before, after].some((images) => Bun.deepEquals(images, now));
      return [...(isKnown ? [] : [`the images are ${JSON.stringify(now)}`]), ...findDamage(store)];
    },
    async finish() {
      const { exitCode, stderr } = await (await start()).ended;
      const failure = exitCode === 0 ? [] : [`${name} again ended with ${exitCode}: ${stderr}`];
      return [...failure, ...difference(wanted, listingOf(store))];
    },
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose](),
  };
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false; // unusable, whatever the reason
  }
}

function difference(wanted: readonly string[], found: readonly string[]): string[] {
  const [wants, has] = [new Set(wanted), new Set(found)];
  return [
    ...found.filter((line) => !wants.has(line)).map((line) => `left over or other: ${line}`),
    ...wanted.filter((line) => !has.has(line)).map((line) => `missing: ${line}`),
  ];
}

/** The same bytes for the same name, so that every store made this way is the same. */
function layerOf(name: string, { files, bytes }: Scale, ...more: Member[]): Buffer {
  const block = Buffer.from(new Bun.CryptoHasher("sha512").update(name).digest());
  const content = (n: number): Buffer =>
    Buffer.concat(Array.from({ length: Math.ceil(bytes / 64) }, (_, i) => block.map((byte) => byte ^ (n + i))));
  return archiveOf(
    { name: `${name}/` },
    ...Array.from({ length: files }, (_, n) => ({ name: `${name}/file${n}`, content: content(n) })),
    { name: `${name}/link`, kind: "symlink", linkName: "file0" },
    { name: `${name}/same`, kind: "hardlink", linkName: `${name}/file0` },
    ...more,
  );
}

/** A layout with two images on one base, and a root filesystem. The store contains the first image. */
async function prepareImport(box: ImageBox, scale: Scale): Promise<void> {
  const layout = new TestLayout();
  const base = { archive: layerOf("base", scale), compression: "gzip" } as const;
  const config = { config: { Cmd: ["/base/file0"] } };
  const kept = { archive: layerOf("kept", scale) };
  const web = [
    { archive: layerOf("web", scale, { name: "base/.wh.link" }), compression: "gzip" } as const,
    { archive: layerOf("top", scale, { name: "web/.wh..wh..opq" }), compression: "zstd" } as const,
  ];
  layout.add(layout.image({ layers: [base, kept], config }), KEPT);
  layout.add(layout.image({ layers: [base, ...web], config }), TARGET);
  await layout.write(join(box.path, "layout"));
  await writeFile(join(box.path, "root.tar"), layerOf("root", scale));
  await box.must(["import", "--ref", KEPT, "layout"]);
}

async function prepareArchive(box: ImageBox, scale: Scale): Promise<void> {
  await prepareImport(box, scale);
  const saved = join(box.path, "saved.tar");
  const other = ["--image-root", join(box.path, "other"), "image"];
  const [lamina = ""] = runtimeUnderTest().argv;
  await box.tool([lamina, ...other, "import", "--ref", TARGET, join(box.path, "layout")]);
  await box.tool([lamina, ...other, "export", "--format", "docker-archive", TARGET, saved]);
  await writeFile(`${saved}.gz`, compressed(Buffer.from(await Bun.file(saved).arrayBuffer()), "gzip"));
}

/** A bundle in the store, as `run --image` leaves it, with a writable layer. */
async function prepareCommit(box: ImageBox, scale: Scale): Promise<void> {
  await prepareImport(box, scale);
  const bundle = join(box.store, "bundles/c1");
  const upper = join(bundle, "upper");
  await makeBundle(box, KEPT, bundle);
  await mkdir(join(upper, "base"), { recursive: true });
  for (let n = 0; n < scale.files; n++) await writeFile(join(upper, `new${n}`), Buffer.alloc(scale.bytes, n));
  await symlink("new0", join(upper, "link"));
  await box.tool(["mknod", join(upper, "base/link"), "c", "0", "0"]);
}

/** Garbage of an image, of a bundle and of a use; what is left needs layers that the garbage needed as well. */
async function prepareCollection(box: ImageBox, scale: Scale): Promise<void> {
  await prepareImport(box, scale);
  await box.must(["import", "--ref", TARGET, "layout"]);
  await box.must(["import", "root.tar", "used:1"]);
  await writeFile(join(box.path, "gone.tar"), layerOf("gone", scale));
  await box.must(["import", "gone.tar", "gone:1"]);
  await makeBundle(box, "used:1", join(box.path, "used"));
  await makeBundle(box, "gone:1", join(box.path, "gone"));
  await rm(join(box.path, "gone"), { recursive: true });
  for (const name of [TARGET, "used:1", "gone:1"]) await box.must(["rm", name]);
}

async function makeBundle(box: ImageBox, image: string, path: string): Promise<void> {
  await box.tool([...runtimeUnderTest().argv, "--image-root", box.store, "bundle", image, path]);
}
