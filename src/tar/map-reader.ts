/** The map of one sparse file, put together from wherever its form has it: header block, extended header, blocks of its own. Pure. */
import { append } from "../base/append.ts";
import { latin1 } from "../base/bytes.ts";
import { type SparseDraft, withHoles } from "./combine.ts";
import { damaged, type TarEntry } from "./entry.ts";
import { BLOCK, decodeOldSparse, decodeOldSparseBlock } from "./header.ts";
import { MapLines, type Segment } from "./sparse.ts";

export class MapReader {
  /** Its size is that of what the archive has of it. */
  readonly #entry: TarEntry;
  readonly #draft: SparseDraft;
  /** Of all blocks that the map may take. */
  readonly #limit: number;
  readonly #lines = new MapLines();
  readonly #segments: Segment[] = [];
  #size = 0;
  #read = 0;

  constructor(entry: TarEntry, draft: SparseDraft, limit: number) {
    this.#entry = entry;
    this.#draft = draft;
    this.#limit = limit;
  }

  /** The whole entry, or undefined if the map goes on in the next block. The header block is at `at`. */
  begin(data: Uint8Array, at: number): TarEntry | undefined {
    const draft = this.#draft;
    if (draft.map === "known") return withHoles(this.#entry, draft.size, draft.segments);
    if (draft.map === "lines") {
      this.#size = draft.size;
      return undefined;
    }
    const found = decodeOldSparse(data, at, this.#entry.name);
    if (found === undefined) throw damaged("a sparse file whose header is not GNU's", this.#entry.name);
    this.#size = found.size;
    append(this.#segments, found.segments);
    return found.goesOn ? undefined : withHoles(this.#entry, this.#size, this.#segments);
  }

  /** As `begin`, with the next block. */
  add(block: Uint8Array): TarEntry | undefined {
    const entry = this.#entry;
    this.#read += BLOCK;
    if (this.#read > this.#limit) throw damaged(`the map of the sparse file has more than ${this.#limit} bytes`, entry.name);
    if (this.#draft.map === "lines") return this.#addLines(block);
    const { segments, goesOn } = decodeOldSparseBlock(block, 0, entry.name);
    append(this.#segments, segments);
    return goesOn ? undefined : withHoles(entry, this.#size, this.#segments);
  }

  #addLines(block: Uint8Array): TarEntry | undefined {
    const entry = this.#entry;
    const data = entry.size - this.#read;
    const segments = data < 0 ? "damaged" : this.#lines.add(latin1(block));
    if (segments === "damaged") throw damaged("the map of the sparse file is no list of numbers", entry.name);
    return segments === "more" ? undefined : withHoles({ ...entry, size: data }, this.#size, segments);
  }
}
