/** Hard links that an archive has before the file that they are names of. They are made when the archive has been read. */
import { append } from "../base/append.ts";
import { shown, type TarEntry } from "../tar/entry.ts";
import { cannotUnpack } from "./entry-name.ts";

interface WaitingLink {
  readonly entry: TarEntry;
  /** Where it goes, without links on the way. */
  readonly path: string;
}

/** No sound archive has so many, and each takes memory until the end. */
const MOST = 100_000;

export class WaitingLinks {
  readonly #links: WaitingLink[] = [];

  add(entry: TarEntry, path: string): void {
    this.#links.push({ entry, path });
    if (this.#links.length > MOST) throw cannotUnpack(entry.name, `more than ${MOST} hard links come before their files`);
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
  readonly targetOf: (entry: TarEntry) => string;
  readonly has: (path: string) => boolean;
  readonly make: (entry: TarEntry, path: string) => void;
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

export function noTarget({ name, linkName }: TarEntry): Error {
  return cannotUnpack(name, `there is no file ${shown(linkName)} to link to`);
}
