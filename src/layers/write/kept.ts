/**
 * What has to be kept of a layer until its archive has been read: directories, whiteouts, links that wait. The archive decides on how much that is,
 * so it is counted, and what is the same is kept once.
 */
import { RuntimeError } from "../../base/errors.ts";
import type { Time } from "../../sys/file/tree.ts";
import { shown } from "../../tar/entry.ts";

/** Many times more than any sound layer needs: some 700,000 directories. Layers with 100,000 exist, which take 25 MB. */
const MOST_BYTES = 160 * 1024 * 1024;
/** Of the attributes of directories, each different set once. Most layers have none or one. */
const MOST_ATTRIBUTE_BYTES = 4 * 1024 * 1024;
/** What the engine takes for an attribute besides its text. */
const ATTRIBUTE_COST = 200;
const TIME_COST = 150;

const NONE: ReadonlyMap<string, string> = new Map();

export class Kept {
  #bytes = 0;
  #attributeBytes = 0;
  #time: Time = { seconds: 0, nanoseconds: 0 };
  readonly #sets: ReadonlyMap<string, string>[] = [NONE];
  readonly #known = new Map<string, number>();
  #last = 0;

  /** Throws "unsupported" when it is too much with `bytes` more. */
  count(bytes: number, name: string): void {
    this.#bytes += bytes;
    if (this.#bytes > MOST_BYTES)
      throw tooMuch(name, `with it, directories, whiteouts and links without their files take more than ${MOST_BYTES} bytes of memory`);
  }

  /** An equal time. Most of what an archive has is of few. */
  time({ seconds, nanoseconds }: Time, name: string): Time {
    if (this.#time.seconds === seconds && this.#time.nanoseconds === nanoseconds) return this.#time;
    this.count(TIME_COST, name);
    this.#time = { seconds, nanoseconds };
    return this.#time;
  }

  /** The number of a set of attributes, for `attributes`. */
  attributeSet(attributes: ReadonlyMap<string, string>, name: string): number {
    if (attributes.size === 0) return 0;
    if (attributes === this.#sets[this.#last]) return this.#last;
    let size = 0;
    for (const [key, value] of attributes) size += 2 * (key.length + value.length) + ATTRIBUTE_COST;
    const tooLarge = this.#attributeBytes + size > MOST_ATTRIBUTE_BYTES;
    const words = tooLarge ? "" : wordsOf(attributes);
    const known = tooLarge ? undefined : this.#known.get(words);
    if (known === undefined) {
      this.#attributeBytes += size;
      if (tooLarge) throw tooMuch(name, `with it, the attributes of directories take more than ${MOST_ATTRIBUTE_BYTES} bytes of memory`);
      this.#known.set(words, this.#sets.push(attributes) - 1);
    }
    this.#last = known ?? this.#sets.length - 1;
    return this.#last;
  }

  attributes(set: number): ReadonlyMap<string, string> {
    return this.#sets[set] ?? NONE;
  }
}

/** Of two sets the same only if they are. */
function wordsOf(attributes: ReadonlyMap<string, string>): string {
  return [...attributes].map(([key, value]) => `${key.length} ${value.length} ${key}${value}`).join("");
}

function tooMuch(name: string, reason: string): RuntimeError {
  return new RuntimeError("unsupported", `cannot unpack ${shown(name)}: ${reason}`);
}
