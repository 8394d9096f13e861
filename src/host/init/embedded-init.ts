/** Native init, which is a file in the executable. */

import type { Fd } from "../../sys/call/fd.ts";
import { embeddedFile } from "../../sys/file/embedded-file.ts";
import { sealedProgram } from "../../sys/file/memory-file.ts";

/** Init as a sealed file in memory: a container cannot write to what it is started from (CVE-2019-5736). */
export function openInit(): Fd {
  return sealedProgram("lamina:init", embeddedFile("init"));
}
