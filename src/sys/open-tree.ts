/**
 * A place in a tree of directories, and the way back to its top. However deep the tree is, few descriptors are open, and no path is longer than
 * one name: a container can make trees of any depth.
 */
import { RuntimeError } from "../base/errors.ts";
import { Fd } from "./fd.ts";
import { OPEN } from "./file.ts";
import { check } from "./libc.ts";
import { lookAt, tryOpenAt } from "./tree.ts";

/** So many directories above are open as well; the others are found again by "..". */
const KEPT = 16;

interface Level {
  readonly inode: string;
  directory: Fd | undefined;
}

export class OpenTree implements Disposable {
  readonly #top: number;
  readonly #below: Level[] = [];

  /** `top` is an open directory, and stays the caller's. */
  constructor(top: number) {
    this.#top = top;
  }

  /** The directory where we are. */
  get fd(): number {
    const here = this.#below.at(-1);
    return here === undefined ? this.#top : (here.directory?.number ?? -1);
  }

  /** Goes down by one name, which is not followed if it is a link. 0, or minus errno. */
  enter(name: string, open = (at: number) => tryOpenAt(at, name, OPEN.read | OPEN.directory)): number {
    const opened = open(this.fd);
    if (opened < 0) return opened;
    this.#below.push(levelOf(new Fd(opened)));
    const far = this.#below.at(-1 - KEPT);
    far?.directory?.close();
    if (far !== undefined) far.directory = undefined;
    return 0;
  }

  /** Goes back up. Throws "state" if the directory is no longer where it was. */
  leave(): void {
    using directory = this.#below.pop()?.directory;
    const above = this.#below.at(-1);
    if (directory === undefined) throw new Error("there is nothing above the top");
    if (above === undefined || above.directory !== undefined) return;
    const found = levelOf(
      new Fd(check(tryOpenAt(directory.number, "..", OPEN.read | OPEN.directory), "open(2)", "go back up a directory")),
    );
    if (found.inode !== above.inode) {
      found.directory?.close();
      throw new RuntimeError("state", "cannot go on: a directory has been moved meanwhile");
    }
    above.directory = found.directory;
  }

  [Symbol.dispose](): void {
    for (const { directory } of this.#below) directory?.close();
  }
}

function levelOf(directory: Fd): Level {
  return { inode: lookAt(directory.number, "")?.inode ?? "", directory };
}
