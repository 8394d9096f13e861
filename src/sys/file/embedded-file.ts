/** Files that the build put into this executable. */
import { embedded } from "../../engine/process.ts";

/** In memory that nobody can write to. */
export function embeddedFile(name: string): Uint8Array {
  const file = embedded(name);
  if (file === null) throw new Error(`this program has no file ${name} in it`);
  return file;
}
