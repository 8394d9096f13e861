/** An image store for one test, with a small image in it, and commands that use it. */
import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { staticBusybox } from "./requires.ts";
import { type CallOptions, type Sandbox, sandbox } from "./sandbox.ts";
import type { Outcome } from "./spawn.ts";

export interface Shop {
  readonly box: Sandbox;
  readonly store: string;
  /** A call that succeeds and prints nothing on stderr; returns its output. */
  must(...words: string[]): Promise<string>;
  call(words: readonly string[], options?: CallOptions): Promise<Outcome>;
  /** Adds files to the store as an image of one layer. */
  add(name: string, text: string): Promise<void>;
}

/** A store with the image base:1, in which /which contains "one"; in its own directory in `parent`. */
export async function openShop(parent?: string): Promise<Shop & AsyncDisposable> {
  const box = await sandbox({}, parent === undefined ? {} : { parent });
  const store = join(box.directory, "store");
  const call: Shop["call"] = (words, options) => box.call(["--image-root", store, ...words], options);
  const must = async (...words: string[]): Promise<string> => (await box.must(["--image-root", store, ...words])).stdout;
  const add = async (name: string, text: string): Promise<void> => {
    const root = join(box.host, text);
    for (const directory of ["bin", "dev", "proc", "sys"]) await mkdir(join(root, directory), { recursive: true });
    await copyFile(staticBusybox() ?? "", join(root, "bin/busybox"));
    await symlink("busybox", join(root, "bin/sh"));
    await writeFile(join(root, "which"), `${text}\n`);
    const packed = Bun.spawnSync(["tar", "-C", root, "-cf", `${root}.tar`, "."]);
    if (!packed.success) throw new Error(`cannot pack ${root}: ${packed.stderr}`);
    await must("image", "import", "--quiet", `${root}.tar`, name);
  };
  await add("base:1", "one");
  return { box, store, call, must, add, [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]() };
}
