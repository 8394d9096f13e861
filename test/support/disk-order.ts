/**
 * What a power failure would lose, given the calls that a program made: a model of a disk that forgets whatever was not synced.
 * Written data is dirty until its file is synced; a name is dirty until its directory is; syncfs(2) covers everything.
 */
import { dirname } from "node:path";
import type { Call } from "./system-calls.ts";

/** A violation is a sentence. `isNeeded` says which paths must be on the disk before `commit`, a path, gets its new content. */
export interface OrderRules {
  readonly commit: string;
  readonly isNeeded: (path: string) => boolean;
}

export function findDisorder(calls: readonly Call[], { commit, isNeeded }: OrderRules): string[] {
  const dirty = new Set<string>();
  const problems: string[] = [];
  for (const { name, text } of calls) {
    if (/ = -1 E/.test(text)) continue;
    if (name === "write" || name === "ftruncate") dirty.add(descriptorsIn(text)[0] ?? "");
    else if (name === "fsync" || name === "fdatasync") dirty.delete(descriptorsIn(text)[0] ?? "");
    else if (name === "syncfs") dirty.clear();
    else if (name === "renameat2") {
      const [from = "", to = ""] = namesIn(text);
      for (const path of dirty) if (isWithin(path, from)) problems.push(`${to} got its name before ${path} was on the disk`);
      if (to === commit) {
        for (const path of dirty) if (isNeeded(path)) problems.push(`${to} was changed before ${path} was on the disk`);
      }
      dirty.add(dirname(to));
    } else if (["openat", "mkdirat", "symlinkat", "linkat", "mknodat", "unlinkat"].includes(name)) {
      dirty.add(dirname(namesIn(text).at(-1) ?? ""));
    }
  }
  if (dirty.has(dirname(commit))) problems.push(`the name ${commit} was not on the disk in the end`);
  return problems;
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

/** Paths of the descriptors in a line of `strace -y`. */
function descriptorsIn(text: string): string[] {
  return [...text.matchAll(/\b\d+<([^>]*)>/g)].map(([, path = ""]) => path);
}

/** Paths given as a directory's descriptor and a name in it. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/(?:AT_FDCWD|\d+)<([^>]*)>, "([^"]*)"/g)].map(([, at = "", name = ""]) =>
    name.startsWith("/") ? name : `${at}/${name}`,
  );
}
