/** Hard links that an archive has before the file that they are names of. They are made when the archive has been read. */
import { append } from "../../base/append.ts";
import { shown, type TarEntry } from "../../tar/entry.ts";
import { cannotUnpack } from "../form/entry-name.ts";
import type { Kept } from "./kept.ts";

/** What of its entry is needed. */
export type LinkEntry = Pick<TarEntry, "name" | "linkName" | "modified">;

interface WaitingLink {
  readonly entry: LinkEntry;
  /** Where it goes, without links on the way. */
  readonly path: string;
}

/** No sound archive has so many, and each takes memory until the end. */
const MOST = 100_000;

/** What the engine takes for one, besides its texts. */
const COST = 400;

export class WaitingLinks {
  readonly #kept: Kept;
  readonly #links: WaitingLink[] = [];

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  add({ name, linkName, modified }: LinkEntry, path: string): void {
    if (this.#links.length === MOST) throw cannotUnpack(name, `more than ${MOST} hard links come before their files`);
    this.#kept.count(COST + name.length + linkName.length + path.length, name);
    this.#links.push({ entry: { name, linkName, modified: this.#kept.time(modified, name) }, path });
  }

  /**
   * Makes them in their order, a link to a link after that one. `targetOf` tells the path that a link's target is now, `make` is called when
   * there is something at it. Throws when a target never came.
   */
  resolve({ targetOf, has, make }: Resolution): void {
    const waiting = new Map<string, WaitingLink[]>();
    for (const link of this.#links) {
      const target = targetOf(link.entry);
      if (has(target)) makeAll(link, { waiting, make });
      else if (!waiting.get(target)?.push(link)) waiting.set(target, [link]);
    }
    const [[lost] = []] = waiting.values();
    if (lost !== undefined) throw noTarget(lost.entry);
  }
}

export interface Resolution {
  readonly targetOf: (entry: LinkEntry) => string;
  readonly has: (path: string) => boolean;
  readonly make: (entry: LinkEntry, path: string) => void;
}

/** And those that wait for it, and so on. */
function makeAll(first: WaitingLink, { waiting, make }: { readonly waiting: Map<string, WaitingLink[]> } & Pick<Resolution, "make">): void {
  const ready = [first];
  for (let link = ready.pop(); link !== undefined; link = ready.pop()) {
    make(link.entry, link.path);
    append(ready, waiting.get(link.path) ?? []);
    waiting.delete(link.path);
  }
}

export function noTarget({ name, linkName }: LinkEntry): Error {
  return cannotUnpack(name, `there is no file ${shown(linkName)} to link to`);
}
