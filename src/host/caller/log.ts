/** The file that --log names. */
import type { HostPath } from "../../base/paths.ts";
import { openOutputFile } from "./output-file.ts";

/** The file is there from now on, even if nothing is logged. */
export function openLog(path: HostPath): (line: string) => void {
  return openOutputFile(path, { what: "log", option: "--log", mode: "append" });
}
