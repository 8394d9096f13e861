/**
 * Registries, through skopeo. It reads and writes the store's blobs itself (a shared blob directory), each by a temporary
 * file and a rename, and knows nothing of index.json: its layout is a scratch directory that has only an index.
 */
import { RuntimeError } from "../../base/errors.ts";
import { ENDING_SIGNALS } from "../../base/signals.ts";
import { encodeText } from "../../base/text.ts";
import { environment } from "../../sys/call/environment.ts";
import { makeDirectories, OPEN, openFile, readTextIfThere } from "../../sys/file/file.ts";
import { memoryFile, readFromStart } from "../../sys/file/memory-file.ts";
import { replaceFile } from "../../sys/file/replace-file.ts";
import { findProgram } from "../../sys/process/find-program.ts";
import { poll } from "../../sys/process/poll.ts";
import { exitStatus, openPid, spawn, trySignal, waitChild } from "../../sys/process/process.ts";
import { HeldSignals } from "../../sys/process/signals.ts";
import { addRoot } from "../add/add-index.ts";
import type { Added, Adding } from "../add/adding.ts";
import { decodeGoQuoted } from "../format/go-quoted.ts";
import { layoutText, singleIndexText } from "../format/layout-files.ts";
import { type Descriptor, parseIndex } from "../format/manifest.ts";
import { hostPlatform } from "../format/platform.ts";
import { readCatalogEntry } from "../store/catalog.ts";
import type { ImageStore } from "../store/image-store.ts";
import { removeTree } from "../store/remove-tree.ts";

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
    runSkopeo(registry, { what: `pull ${reference}`, args, scratch });
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
    runSkopeo(registry, { what: `push ${reference}`, args, scratch });
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

function runSkopeo({ showProgress }: Registry, { what, args, scratch }: Call): void {
  const path = findProgram("skopeo");
  if (path === undefined) {
    throw new RuntimeError("unsupported", `cannot ${what}: skopeo, which talks to registries, is not installed`, {
      hint: "install it with your package manager: apt-get install skopeo",
    });
  }
  using nothing = openFile("/dev/null", OPEN.readWrite);
  using errors = memoryFile("lamina:skopeo-stderr");
  using signals = new HeldSignals(ENDING_SIGNALS);
  const pid = spawn({
    file: path,
    args: [path, ...args],
    env: environment(),
    descriptors: [
      [nothing.number, 0],
      [showProgress ? STDERR : nothing.number, 1],
      [errors.number, 2],
    ],
  });
  const status = waitPassingOn(pid, signals);
  if (signals.isPending()) removeTree(scratch); // the signal ends us when it is not held any more
  if (status === 0) return;
  throw new RuntimeError("unsupported", `cannot ${what}: ${reasonIn(readFromStart(errors)) ?? `skopeo ended with status ${status}`}`);
}

const STDERR = 2;

/** The exit status of a child. A signal that is to end us ends the child first, which would go on otherwise; it stays pending. */
function waitPassingOn(pid: number, signals: HeldSignals): number {
  using child = openPid(pid);
  if (child !== undefined) {
    poll(
      [child.number, signals.descriptor].map((fd) => ({ fd, want: "read" })),
      -1,
    );
    for (const signal of signals.pending()) trySignal(child, signal);
  }
  return exitStatus(waitChild(pid));
}

/** The message of the last line, which skopeo writes in logrus' form. What a registry answers is part of it. */
export function reasonIn(told: string): string | undefined {
  const last = told.trim().split("\n").at(-1) ?? "";
  const start = /\bmsg="/.exec(last);
  const message = start === null ? undefined : decodeGoQuoted(last, start.index + 4);
  return (message ?? last) || undefined;
}
