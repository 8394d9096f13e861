/** The file that --log names. */
import type { HostPath } from "../base/paths.ts";
import { writeAll } from "../sys/fd.ts";
import { OPEN, openFile } from "../sys/file.ts";

/** The file is there from now on, even if nothing is logged. It stays open until lamina ends. */
export function openLog(path: HostPath): (line: string) => void {
  const file = openFile(path, OPEN.write | OPEN.create | OPEN.append, 0o644);
  // one write per line at the end of the file: lines of several processes do not mix
  return (line) => writeAll(file.number, Buffer.from(line), path);
}
