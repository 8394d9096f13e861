/** An image store for one test, and calls of `lamina image` on it, by the built executable. */
import { join } from "node:path";
import { runtimeUnderTest } from "./runtimes.ts";
import { type Outcome, type Running, type SpawnOptions, spawn } from "./spawn.ts";
import { tempDir } from "./temp-dir.ts";

export interface ImageBox extends AsyncDisposable {
  /** For whatever a test needs; the store is `store` in it. */
  readonly path: string;
  readonly store: string;
  start(words: readonly string[], options?: SpawnOptions): Promise<Running>;
  /** Another program. */
  run(argv: readonly string[], options?: SpawnOptions): Promise<Running>;
  /** `lamina image words…`, to its end. */
  call(words: readonly string[], options?: SpawnOptions): Promise<Outcome>;
  /** The same, and it must succeed. Returns its output. */
  must(words: readonly string[], options?: SpawnOptions): Promise<string>;
  /** Another program, which must succeed. */
  tool(argv: readonly string[], options?: SpawnOptions): Promise<string>;
}

/** In a directory of `parent`; default: where temporary files go. */
export async function imageBox(parent?: string): Promise<ImageBox> {
  const directory = await tempDir({}, parent);
  const store = join(directory.path, "store");
  const env = { PATH: process.env.PATH ?? "", HOME: directory.path, TMPDIR: directory.path, XDG_RUNTIME_DIR: directory.path };
  const run = (argv: readonly string[], options: SpawnOptions = {}): Promise<Running> =>
    spawn(directory.path, argv, { ...options, env: { ...env, ...options.env } });
  const start: ImageBox["start"] = (words, options) => run([...runtimeUnderTest().argv, "--image-root", store, "image", ...words], options);
  return {
    path: directory.path,
    store,
    start,
    run,
    call: async (words, options) => (await start(words, options)).ended,
    must: async (words, options) => succeeded(words, await (await start(words, options)).ended),
    tool: async (argv, options) => succeeded(argv, await (await run(argv, options)).ended),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

function succeeded(words: readonly string[], { exitCode, stdout, stderr }: Outcome): string {
  if (exitCode !== 0) throw new Error(`${words.join(" ")} ended with ${exitCode}\n${stdout}\n${stderr}`);
  return stdout;
}
