/** A directory for one test, removed when the test ends. Its path contains no symlink, so it compares with what the kernel prints. */
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import "./suppressed-error.ts";

/** The file at a relative path: its text, or a link, a directory, or a file with a mode. */
export type FileContent =
  | string
  | { readonly link: string }
  | { readonly directory: true }
  | { readonly text: string; readonly mode: number };
export type Files = Readonly<Record<string, FileContent>>;

export interface TempDir extends AsyncDisposable {
  readonly path: string;
}

export async function tempDir(files: Files = {}, parent = tmpdir()): Promise<TempDir> {
  const path = await realpath(await mkdtemp(join(parent, "lamina-test-")));
  await chmod(path, 0o755); // a container's user namespace must be able to traverse it
  await writeFiles(path, files);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export async function writeFiles(root: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    if (typeof content === "string") await writeFile(path, content);
    else if ("link" in content) await symlink(content.link, path);
    else if ("directory" in content) await mkdir(path, { recursive: true });
    else {
      await writeFile(path, content.text);
      await chmod(path, content.mode); // afterwards: writeFile's mode is subject to the umask
    }
  }
}
