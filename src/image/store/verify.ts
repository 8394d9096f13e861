/** Checks a whole store: blobs against their digests, references, layer archives against their diffIDs, unpacked layers against their archives. */
import { append } from "../../base/append.ts";
import type { Digest } from "../../base/digest.ts";
import { firstFailure, RuntimeError } from "../../base/errors.ts";
import { tellsOfDamage } from "../../layers/store/damage.ts";
import { digestOfAll } from "../../sys/library/hash.ts";
import { type Progress, sizeOfAll } from "../stream/progress.ts";
import { Reading } from "../stream/reading.ts";
import type { Blob } from "./blobs.ts";
import { type CatalogEntry, readCatalog } from "./catalog.ts";
import type { ImageStore } from "./image-store.ts";

export interface Verdict {
  /** One sentence each; none is good. Also what could not be looked at, which is not damaged for all that. */
  readonly problems: readonly string[];
  readonly damagedBlobs: readonly Digest[];
  readonly damagedLayers: readonly Digest[];
  readonly blobs: number;
  readonly layers: number;
}

/** For holders of the store's lock. Changes nothing. */
export async function verifyStore(store: ImageStore, progress: Progress): Promise<Verdict> {
  const catalog = readCatalog(store);
  progress.expect(
    sizeOfAll(store.blobs.list().map((digest) => ({ size: store.blobs.size(digest) ?? 0 }))) + sizeOfAll(store.layers.list()),
  );
  const blobs = await verifyBlobs(store, diffIdsOf(catalog), progress);
  const layers = await verifyLayers(store, progress);
  const references = catalog.flatMap(({ name, entry, problems }) => problems.map((problem) => `image ${name ?? entry.digest}: ${problem}`));
  return {
    problems: [...references, ...blobs.problems, ...layers.problems],
    damagedBlobs: blobs.damaged,
    damagedLayers: layers.damaged,
    blobs: store.blobs.list().length,
    layers: store.layers.list().length,
  };
}

/** What the configs say that each layer's blob is uncompressed. */
function diffIdsOf(catalog: readonly CatalogEntry[]): Map<Digest, Set<Digest>> {
  const expected = new Map<Digest, Set<Digest>>();
  for (const { manifest, config } of catalog.flatMap(({ images }) => images)) {
    for (const [i, { digest }] of manifest.layers.entries()) {
      const diffId = config.diffIds[i];
      if (diffId !== undefined) expected.set(digest, (expected.get(digest) ?? new Set()).add(diffId));
    }
  }
  return expected;
}

interface Findings<T> {
  readonly problems: readonly string[];
  readonly damaged: readonly T[];
}

async function verifyBlobs(
  store: ImageStore,
  diffIds: ReadonlyMap<Digest, ReadonlySet<Digest>>,
  progress: Progress,
): Promise<Findings<Digest>> {
  const problems: string[] = [];
  const damaged: Digest[] = [];
  const all = store.blobs.list();
  for (const [i, digest] of all.entries()) {
    const blob = { digest, size: store.blobs.size(digest) ?? 0 };
    progress.begin(`blob ${i + 1} of ${all.length}`, blob.size);
    const found = findProblem(() => verifyBlob(store, blob, [...(diffIds.get(digest) ?? [])], progress));
    progress.end();
    if (found === undefined) continue;
    problems.push(found.problem);
    if (found.isDamage) damaged.push(digest);
  }
  return { problems, damaged };
}

function verifyBlob(store: ImageStore, blob: Blob, expected: readonly Digest[], progress: Progress): void {
  using reading = new Reading(store.blobs.read(blob), progress);
  const actual = expected.length === 0 ? digestOfAll(reading.bytes()) : reading.contentDigest();
  const wrong = expected.find((diffId) => diffId !== actual);
  if (wrong !== undefined) {
    throw new RuntimeError("integrity", `the content of layer ${blob.digest} is ${actual}, and its image says ${wrong}`);
  }
}

async function verifyLayers(store: ImageStore, progress: Progress): Promise<Findings<Digest>> {
  const problems: string[] = [];
  const damaged: Digest[] = [];
  const all = store.layers.list();
  for (const [i, { chainId, size }] of all.entries()) {
    progress.begin(`unpacked layer ${i + 1} of ${all.length}`, size);
    const { differences, isDamage } = await verifyLayer(store, chainId, progress);
    progress.end();
    append(
      problems,
      differences.map((problem) => `unpacked layer ${chainId}: ${problem}`),
    );
    if (isDamage) damaged.push(chainId);
  }
  return { problems, damaged };
}

async function verifyLayer(
  store: ImageStore,
  chainId: Digest,
  progress: Progress,
): Promise<{ readonly differences: readonly string[]; readonly isDamage: boolean }> {
  try {
    const differences = await store.layers.verify(chainId, (bytes) => progress.advance(bytes));
    return { differences, isDamage: differences.length > 0 };
  } catch (caught) {
    const { problem, isDamage } = explain(caught);
    return { differences: [problem], isDamage };
  }
}

/** Removes what is damaged, and the layers that sit on damaged ones. For whoever holds the store's lock alone. */
export function removeDamaged(store: ImageStore, { damagedBlobs, damagedLayers }: Verdict): void {
  for (const digest of damagedBlobs) store.blobs.remove(digest);
  const doomed = new Set(damagedLayers);
  for (const { chainId, lower } of store.layers.list().sort((a, b) => a.depth - b.depth)) {
    if (lower[0] !== undefined && doomed.has(lower[0])) doomed.add(chainId);
  }
  const fromTop = store.layers
    .list()
    .filter(({ chainId }) => doomed.has(chainId))
    .sort((a, b) => b.depth - a.depth);
  store.layers.remove(fromTop.map(({ chainId }) => chainId));
}

function findProblem(check: () => void): { readonly problem: string; readonly isDamage: boolean } | undefined {
  try {
    check();
    return undefined;
  } catch (caught) {
    return explain(caught);
  }
}

function explain(caught: unknown): { readonly problem: string; readonly isDamage: boolean } {
  const error = firstFailure(caught);
  if (!(error instanceof RuntimeError)) throw caught;
  return { problem: error.message, isDamage: tellsOfDamage(error) };
}
