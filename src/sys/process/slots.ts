/**
 * Memory that we share with a child. Its pieces go through it, each in the next slot, where a pipe would copy them twice. A piece stays in its slot
 * until we give that back; the child waits when all are taken.
 */
import { sharedMemory } from "../../engine/process.ts";
import { type Fd, readInto } from "../call/fd.ts";
import { socketPair, trySend } from "./socket.ts";

/** The longest piece. All slots together fit into a processor's cache: with more of them an import takes longer. */
export const SLOT = 256 * 1024;
const COUNT = 4;

export class Slots implements Disposable {
  readonly #memory = sharedMemory(SLOT * COUNT);
  /** Between them goes a byte for each slot that is given back. */
  readonly #ours: Fd;
  readonly #childs: Fd;
  readonly #byte = new Uint8Array(1);
  #next = 0;
  #free = COUNT;

  constructor() {
    [this.#ours, this.#childs] = socketPair("stream");
  }

  /** To be called by us: an end that is open elsewhere, too, tells nobody that the other side is gone. */
  keepOurs(): void {
    this.#childs.close();
  }

  /** The same for the child. */
  keepChilds(): void {
    this.#ours.close();
  }

  /** For the child, with no more bytes than SLOT. False if we are gone. */
  put(piece: Uint8Array): boolean {
    if (this.#free > 0) this.#free--;
    else if (readInto(this.#childs.number, this.#byte, "from our parent") === 0) return false;
    this.#slot(piece.length).set(piece);
    return true;
  }

  /** The next piece, until it is given back. */
  take(size: number): Uint8Array {
    return this.#slot(size);
  }

  /** The child may have ended already. */
  giveBack(): void {
    trySend(this.#ours, this.#byte);
  }

  #slot(size: number): Uint8Array {
    const start = this.#next * SLOT;
    this.#next = (this.#next + 1) % COUNT;
    return this.#memory.subarray(start, start + size);
  }

  [Symbol.dispose](): void {
    this.#ours.close();
    this.#childs.close();
  }
}
