/**
 * Names that a writable layer deletes, as a walk through the layer comes by them: those of a directory at once, before its other names. They are
 * given back in their places between these, so that everything can be told in the order of the paths while the walk goes on. Kept are names, not
 * paths: a directory can have many of the one, and the other can be long.
 */
import { joinPath, lastOf, parentOf } from "../form/entry-name.ts";

interface Deleted {
  readonly directory: string;
  /** Sorted. */
  readonly names: string[];
  next: number;
}

export class DeletedNames {
  /** The innermost directory last: what it still has comes before what the others have. */
  readonly #directories: Deleted[] = [];

  /** A name that comes behind all others of its directory so far. */
  add(path: string): void {
    const directory = parentOf(path);
    const last = this.#directories.at(-1);
    if (last?.directory === directory) last.names.push(lastOf(path));
    else this.addAll(directory, [lastOf(path)]);
  }

  /** Sorted names of a directory that has none yet. */
  addAll(directory: string, names: string[]): void {
    if (names.length > 0) this.#directories.push({ directory, names, next: 0 });
  }

  /** Those that come before `path`, and are told with that. */
  *takeBefore(path: string): Generator<string> {
    for (let next = this.#next(); next !== undefined && isBefore(next, path); next = this.#next()) {
      this.#pass();
      yield next;
    }
  }

  /** True if `path` is the next of them, which it is no more then. */
  takeBack(path: string): boolean {
    const isNext = this.#next() === path;
    if (isNext) this.#pass();
    return isNext;
  }

  *takeAll(): Generator<string> {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#pass();
      yield next;
    }
  }

  #next(): string | undefined {
    const last = this.#directories.at(-1);
    return last && joinPath(last.directory, last.names[last.next] ?? "");
  }

  #pass(): void {
    const last = this.#directories.at(-1);
    if (last !== undefined && ++last.next === last.names.length) this.#directories.pop();
  }
}

/** A directory comes before what is in it, and that before what sorts behind the directory. */
function isBefore(path: string, other: string): boolean {
  return path.replaceAll("/", "\0") < other.replaceAll("/", "\0");
}
