/**
 * The name of the file beside the writable layer of a driver that mounts no layers. It says that the directory is the whole
 * tree, of which layers it was made, and by its time of modification since when all changes in it are the container's. Pure.
 */

export function treeMark(tree: string): string {
  return `${tree}.tree`;
}
