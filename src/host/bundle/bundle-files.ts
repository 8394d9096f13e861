/** Writes the files of a bundle. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { encodeText } from "../../base/text.ts";
import type { LayersFile, Spec } from "../../spec/types.ts";
import { ERRNO, errnoName } from "../../sys/call/errno.ts";
import { strerror } from "../../sys/call/errno-words.ts";
import { Fd, writeAll } from "../../sys/call/fd.ts";
import { makeDirectories, OPEN, tryOpen } from "../../sys/file/file.ts";
import { replaceFile } from "../../sys/file/replace-file.ts";

export interface BundleFiles {
  readonly config: Spec;
  readonly layers: LayersFile;
}

/** For whoever has claimed the directory. layers.json comes last: with it the bundle is whole. */
export function writeBundle(path: HostPath, { config, layers }: BundleFiles): void {
  makeDirectories(`${path}/rootfs`, 0o755);
  replaceFile(`${path}/config.json`, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o644 });
  replaceFile(`${path}/layers.json`, `${JSON.stringify(layers, null, 2)}\n`, { mode: 0o644 });
}

/** A config.json to begin with. Throws code "exists" if `path` is there, "not-found" if its directory is not. */
export function writeNewConfig(path: string, config: Spec): void {
  const opened = tryOpen(path, OPEN.write | OPEN.create | OPEN.exclusive, 0o666);
  if (opened < 0) throw refusal(path, -opened);
  using file = new Fd(opened);
  writeAll(file.number, encodeText(`${JSON.stringify(config, null, 2)}\n`), path);
}

function refusal(path: string, errno: number): RuntimeError {
  const call = { call: "open(2)", errno: errnoName(errno) };
  if (errno === ERRNO.EEXIST)
    return new RuntimeError("exists", `cannot write ${path}: the file exists`, { ...call, hint: "remove it first" });
  if (errno === ERRNO.ENOENT || errno === ERRNO.ENOTDIR)
    return new RuntimeError("not-found", `cannot write ${path}: no such directory`, call);
  return new RuntimeError("kernel", `cannot write ${path}: ${strerror(errno)}`, call);
}
