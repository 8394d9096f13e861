/** Programs of the host that lamina calls. */
import { type HostPath, hostPath } from "../../base/paths.ts";
import { environmentVariable } from "../call/environment.ts";
import { Fd } from "../call/fd.ts";
import { OPEN, statFd, tryOpen } from "../file/file.ts";

/** undefined if PATH does not have it. What PATH says of the working directory is not believed: it may be a bundle. */
export function findProgram(name: string): HostPath | undefined {
  const directories = (environmentVariable("PATH") || "/usr/bin:/bin").split(":");
  const directory = directories.find((one) => one.startsWith("/") && isProgram(`${one}/${name}`));
  return directory === undefined ? undefined : hostPath(name, directory);
}

function isProgram(path: string): boolean {
  const opened = tryOpen(path, OPEN.path);
  if (opened < 0) return false; // not there, or in a directory that is closed to us
  using file = new Fd(opened);
  const { kind, mode } = statFd(file.number);
  return kind === "file" && (mode & 0o111) !== 0;
}
