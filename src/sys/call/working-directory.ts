/** Where this process is, from which relative paths count. getcwd(2) */
import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, hostPath } from "../../base/paths.ts";
import { decodeText } from "../../base/text.ts";
import { ERRNO } from "./errno.ts";
import { kernelError, syscall } from "./libc.ts";
import { SYS } from "./numbers.ts";

const LONGEST = 4096; // bytes, PATH_MAX

/** Throws code "not-found" if it has been removed, or is not below our root. */
export function workingDirectory(): HostPath {
  const buffer = new Uint8Array(LONGEST);
  const length = syscall(SYS.getcwd, buffer, buffer.length);
  if (length < 0 && length !== -ERRNO.ENOENT) throw kernelError(-length, "getcwd(2)", "find the working directory");
  const path = length < 0 ? "" : decodeText(buffer, 0, length - 1); // without the NUL
  if (path.startsWith("/")) return hostPath(path);
  throw new RuntimeError("not-found", "cannot find the working directory: getcwd: no such file or directory", {
    hint: "it was removed: change to another one, or give absolute paths (and a --bundle)",
  });
}

/** A path that the caller named. The working directory is asked for only if need be: it may be gone. */
export function absolutePath(path: string): HostPath {
  return hostPath(path, path.startsWith("/") ? "/" : workingDirectory());
}
