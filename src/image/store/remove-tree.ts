/** Removes a directory that lamina made, with what is in it. Follows no links. */
import { readDirectory, tryRemoveDirectory, tryUnlink } from "../../sys/file/file.ts";

/** Idempotent; what cannot be removed is left for the next sweep. */
export function removeTree(path: string): void {
  for (const { name, isDirectory } of readDirectory(path) ?? []) {
    if (isDirectory) removeTree(`${path}/${name}`);
    else tryUnlink(`${path}/${name}`);
  }
  tryRemoveDirectory(path);
}
