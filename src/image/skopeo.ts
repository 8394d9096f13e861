/**
 * Registries, through skopeo. It reads and writes the store's blobs itself (a shared blob directory), each by a temporary
 * file and a rename, and knows nothing of index.json: its layout is a scratch directory that has only an index.
 */
import { RuntimeError } from "../base/errors.ts";
import { encodeText } from "../base/text.ts";
import { makeDirectories, readTextIfThere, replaceFile } from "../sys/file.ts";
import { addRoot } from "./add-index.ts";
import type { Added, Adding } from "./adding.ts";
import { readCatalogEntry } from "./catalog.ts";
import type { ImageStore } from "./image-store.ts";
import { layoutText, singleIndexText } from "./layout-files.ts";
import { type Descriptor, parseIndex } from "./manifest.ts";
import { hostPlatform } from "./platform.ts";
import { removeTree } from "./remove-tree.ts";

export interface Registry {
  /** skopeo's file of credentials; absent = where skopeo looks by itself. */
  readonly authfile: string | undefined;
  /** True = plain HTTP and unknown certificates are accepted. */
  readonly isInsecure: boolean;
  /** Lets skopeo tell the terminal what it does. */
  readonly showProgress: boolean;
}

/** The name in skopeo's layout, of which nobody else hears. */
const SCRATCH_NAME = "image";
const TRANSPORT = /^(?:docker:\/\/|(?:docker-archive|docker-daemon|containers-storage|oci|oci-archive|dir|ostree|sif|tarball):)/;

/** For holders of the store's lock. A `reference` without a transport is a registry's. */
export async function pullImage(adding: Adding, registry: Registry, reference: string, name: string): Promise<Added> {
  const { store, platform = hostPlatform() } = adding;
  const scratch = store.blobs.scratchPath();
  const wanted = ["--override-os", platform.os, "--override-arch", platform.architecture];
  const variant = platform.variant === undefined ? [] : ["--override-variant", platform.variant];
  const all = adding.allPlatforms === true ? ["--all"] : [];
  try {
    makeDirectories(scratch, 0o700);
    const args = [
      ...wanted,
      ...variant,
      "copy",
      ...all,
      ...options(registry, "src"),
      "--dest-shared-blob-dir",
      store.blobs.directory,
      withTransport(reference),
      `oci:${scratch}:${SCRATCH_NAME}`,
    ];
    await runSkopeo(registry, { what: `pull ${reference}`, args, scratch });
    const [root] = parseIndex(encodeText(readTextIfThere(`${scratch}/index.json`) ?? ""), `what skopeo pulled of ${reference}`).manifests;
    if (root === undefined) throw new RuntimeError("integrity", `cannot pull ${reference}: skopeo wrote no image`);
    for (const digest of readCatalogEntry(store, root).blobs.keys()) adding.additions.blobs.add(digest);
    return await addRoot(adding, store.blobs, root, name);
  } finally {
    removeTree(scratch);
  }
}

/** A manifest, or an index with all of its platforms. For holders of the store's lock. */
export async function pushImage(store: ImageStore, registry: Registry, root: Descriptor, reference: string): Promise<void> {
  const scratch = store.blobs.scratchPath();
  try {
    makeDirectories(scratch, 0o700);
    replaceFile(`${scratch}/oci-layout`, layoutText(), { mode: 0o600 });
    replaceFile(`${scratch}/index.json`, singleIndexText(root, SCRATCH_NAME), { mode: 0o600 });
    const args = [
      "copy",
      "--all",
      ...options(registry, "dest"),
      "--src-shared-blob-dir",
      store.blobs.directory,
      `oci:${scratch}:${SCRATCH_NAME}`,
      withTransport(reference),
    ];
    await runSkopeo(registry, { what: `push ${reference}`, args, scratch });
  } finally {
    removeTree(scratch);
  }
}

/** The name under which a pulled image is kept; undefined if the reference does not say one, as a path does not. */
export function nameInReference(reference: string): string | undefined {
  const [transport] = TRANSPORT.exec(reference) ?? [];
  if (transport === undefined) return reference;
  return transport === "docker://" || transport === "docker-daemon:" ? reference.slice(transport.length) : undefined;
}

function withTransport(reference: string): string {
  return TRANSPORT.test(reference) ? reference : `docker://${reference}`;
}

function options({ authfile, isInsecure }: Registry, side: "src" | "dest"): string[] {
  return [...(authfile === undefined ? [] : ["--authfile", authfile]), ...(isInsecure ? [`--${side}-tls-verify=false`] : [])];
}

interface Call {
  /** For error messages. */
  readonly what: string;
  readonly args: readonly string[];
  /** What it works in, and nobody needs any more when a signal ends us. */
  readonly scratch: string;
}

async function runSkopeo({ showProgress }: Registry, { what, args, scratch }: Call): Promise<void> {
  const path = Bun.which("skopeo");
  if (path === null) {
    throw new RuntimeError("unsupported", `cannot ${what}: skopeo, which talks to registries, is not installed`, {
      hint: "install it with your package manager: apt-get install skopeo",
    });
  }
  const child = Bun.spawn([path, ...args], { stdin: "ignore", stdout: showProgress ? 2 : "ignore", stderr: "pipe" });
  const [told, status] = await withSignals(child, scratch, () => Promise.all([child.stderr.text(), child.exited]));
  if (status === 0) return;
  throw new RuntimeError("unsupported", `cannot ${what}: ${reasonIn(told) ?? `skopeo ended with status ${status}`}`);
}

const ENDING = ["SIGHUP", "SIGINT", "SIGTERM"] as const satisfies readonly NodeJS.Signals[];

/** A signal that ends us ends the child first, which would go on else. */
async function withSignals<T>(child: Bun.Subprocess, scratch: string, work: () => Promise<T>): Promise<T> {
  let arrived: NodeJS.Signals | undefined;
  const pass = (signal: NodeJS.Signals): void => {
    arrived = signal;
    child.kill(signal);
  };
  for (const signal of ENDING) process.on(signal, pass);
  try {
    return await work();
  } finally {
    for (const signal of ENDING) process.off(signal, pass);
    if (arrived !== undefined) {
      removeTree(scratch);
      process.kill(process.pid, arrived);
    }
  }
}

/** The message of the last line, which skopeo writes in logrus' form. */
function reasonIn(told: string): string | undefined {
  const last = told.trim().split("\n").at(-1) ?? "";
  const quoted = /\bmsg=("(?:[^"\\]|\\.)*")/.exec(last)?.[1];
  if (quoted === undefined) return last || undefined;
  return String(JSON.parse(quoted));
}
