/** Descriptors in reserve for cleaning up, which may have to be done because there were too few of them. */
import { duplicate, type Fd } from "../call/fd.ts";
import { OPEN, openFile } from "../file/file.ts";

export class SpareDescriptors implements Disposable {
  readonly #held: readonly Fd[];

  /** Throws if there are not so many: before anything is done that has to be cleaned up. */
  constructor(count: number) {
    using taking = new DisposableStack();
    const first = taking.use(openFile("/", OPEN.path));
    this.#held = [first, ...Array.from({ length: count - 1 }, () => taking.use(duplicate(first, 0)))];
    taking.move();
  }

  /** From here on they can be used. Idempotent. */
  [Symbol.dispose](): void {
    for (const fd of this.#held) fd.close();
  }
}
