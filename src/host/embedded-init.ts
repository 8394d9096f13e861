/** Native init, which the build puts into the executable as text: bytes cannot be embedded so that they can be read without a file system. */
import image from "../../native/build/init.b64" with { type: "text" };
import type { Fd } from "../sys/fd.ts";
import { sealedMemory } from "../sys/memory-file.ts";

/** Init as a sealed file in memory: a container cannot write to what it is started from (CVE-2019-5736). */
export function openInit(): Fd {
  return sealedMemory("lamina:init", Buffer.from(image, "base64"));
}
