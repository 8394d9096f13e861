/** How much one archive may ask for. Readers and writers share the table, so that whatever is written can be read again. Pure. */

export interface TarLimits {
  readonly entries: number;
  /** Content of all files together, as it stands in the archive: the holes of sparse files cost nothing. */
  readonly bytes: number;
  /** Of one path, and of the target of a symbolic link. */
  readonly pathBytes: number;
  readonly componentBytes: number;
  readonly depth: number;
  /** One extended header, or the map of one sparse file. Attributes of 64 KiB each go into one header. Go's archive/tar takes no more. */
  readonly headerBytes: number;
  /** Behind the end of the archive, where there may be padding; pieces of nothing but zeros count as content instead. */
  readonly restBytes: number;
}

export const DEFAULT_LIMITS: TarLimits = {
  entries: 5_000_000,
  bytes: 2 ** 38,
  pathBytes: 4095,
  componentBytes: 255,
  depth: 2048,
  headerBytes: 1024 * 1024,
  restBytes: 64 * 1024 * 1024,
};

/** What is wrong with a path, if anything is. "." and doubled slashes do not count. */
export function pathExcess(path: string, limits: TarLimits): string | undefined {
  if (path.length <= limits.componentBytes && path.length < 2 * limits.depth) return undefined; // cannot exceed the others
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  const length = parts.reduce((sum, part) => sum + part.length + 1, -1);
  if (length > limits.pathBytes) return `a path of ${length} bytes; at most ${limits.pathBytes} are accepted`;
  const longest = parts.reduce((most, part) => Math.max(most, part.length), 0);
  if (longest > limits.componentBytes) return `a name of ${longest} bytes; at most ${limits.componentBytes} are accepted`;
  if (parts.length > limits.depth) return `${parts.length} directories deep; at most ${limits.depth} are accepted`;
  return undefined;
}

/** The same of a symbolic link's target, which is any text and names no file. */
export function targetExcess(target: string, limits: TarLimits): string | undefined {
  if (target.length <= limits.pathBytes) return undefined;
  return `a target of ${target.length} bytes; at most ${limits.pathBytes} are accepted`;
}

/** Counts entries and bytes of one archive. */
export class TarTotals {
  readonly #limits: TarLimits;
  #entries = 0;
  #bytes = 0;

  constructor(limits: TarLimits) {
    this.#limits = limits;
  }

  get entries(): number {
    return this.#entries;
  }

  /** What is too much with another entry that has `bytes` of content, if anything is. */
  add(bytes: number): string | undefined {
    this.#entries++;
    if (this.#entries > this.#limits.entries) return `more than ${this.#limits.entries} entries`;
    return this.addBytes(bytes);
  }

  /** The same for bytes without an entry. */
  addBytes(bytes: number): string | undefined {
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.bytes) return `with it the archive has more than ${this.#limits.bytes} bytes of files`;
    return undefined;
  }
}
