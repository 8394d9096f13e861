/** What may be in the place of a file, and must not be waited for or read. */
import { spawnSync } from "node:child_process";
import { mkdir, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";

/** Where the link in place of `path` leads. */
export const nowhereOf = (path: string): string => `${path}-leads-nowhere`;

export const ODD_FILES: Readonly<Record<string, (path: string) => Promise<void>>> = {
  "a FIFO that nobody writes to": async (path) => void spawnSync("mkfifo", [path]),
  "a directory": async (path) => void (await mkdir(path)),
  "a directory with directories in it": async (path) => void (await mkdir(`${path}/${"deep/".repeat(100)}`, { recursive: true })),
  "a socket": bindSocket,
  "an endless device": async (path) => void spawnSync("mknod", [path, "c", "1", "5"]),
  "a link that leads nowhere": (path) => symlink(nowhereOf(path), path),
  "a link to itself": (path) => symlink(path, path),
  "a file of eight gigabytes": async (path) => {
    await writeFile(path, "");
    await truncate(path, 8 * 2 ** 30);
  },
};

/** The socket stays after its server is gone, under the name that it was moved to. */
async function bindSocket(path: string): Promise<void> {
  const name = `/tmp/lamina-test-${crypto.randomUUID()}`;
  const server = createServer();
  await new Promise<void>((done) => server.listen(name, done));
  spawnSync("ln", [name, path]);
  await new Promise((done) => server.close(done));
}

/** Replaces whatever is there. */
export async function replaceBy(odd: (path: string) => Promise<void>, path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await odd(path);
}
