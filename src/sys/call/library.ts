/** Shared libraries that the machine has to bring. Each is opened by what first needs it, so that nothing else depends on its being there. */
import { RuntimeError } from "../../base/errors.ts";
import { type Library, openLibrary } from "../../engine/foreign.ts";

export interface RequiredLibrary {
  /** What it is for: `compute a SHA-256 digest`. */
  readonly purpose: string;
  /** File names, the preferred one first. */
  readonly files: readonly [string, ...string[]];
  /** What distributions call it: `libssl3 (Debian, Ubuntu)`. */
  readonly packages: string;
}

/** Throws code "unsupported" if none of the files can be opened. */
export function requireLibrary({ purpose, files, packages }: RequiredLibrary): Library {
  const [first, ...others] = files;
  try {
    return openLibrary(first);
  } catch (error) {
    for (const file of others) {
      try {
        return openLibrary(file);
      } catch {} // the preferred one's reason is the one to tell
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new RuntimeError("unsupported", `cannot ${purpose}: ${reason}`, { hint: `install the package ${packages}`, cause: error });
  }
}
