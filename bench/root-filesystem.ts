/** The root filesystem to import and change: a Debian that mmdebstrap makes once, or the caller's own. As OCI layouts in a cache. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { BenchError } from "./bench-error.ts";
import { execute, findProgram } from "./command.ts";
import { type Compression, writeLayout } from "./layout.ts";

/** More than 300 MB, and more than 10,000 files. */
const PACKAGES = ["gcc", "git", "libc6-dev", "perl", "python3"];
const SOURCES = ["/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources"];

export interface RootFilesystem {
  readonly layouts: Readonly<Record<Compression, string>>;
  /** For the result: `Debian (464 MB)`. */
  readonly description: string;
}

/**
 * Undefined if there is none and no way to make one. Its layouts are found in `home`, since podman uses a layout's path as the
 * image's name, no part of which may start with a dot.
 */
export function findRootFilesystem(given: string | undefined, home: string): RootFilesystem | undefined {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "lamina-bench");
  mkdirSync(cache, { recursive: true });
  const tar = given === undefined ? debian(cache) : resolve(given);
  if (tar === undefined) return undefined;
  if (!existsSync(tar)) throw new BenchError(`cannot measure with ${tar}: no such file`);
  const bytes = readFileSync(tar);
  const key = new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 16);
  const layoutFor = (compression: Compression): string => {
    const path = join(home, `root-${compression}`);
    symlinkSync(cachedLayout(join(cache, `${key}-${compression}`), bytes, compression), path);
    return path;
  };
  const name = given === undefined ? "Debian made by mmdebstrap" : given;
  return {
    layouts: { gzip: layoutFor("gzip"), zstd: layoutFor("zstd") },
    description: `${name} (a tar of ${(bytes.length / 1e6).toFixed(0)} MB)`,
  };
}

/** From the machine's own package source. */
function debian(cache: string): string | undefined {
  const tar = join(cache, "debian.tar");
  if (existsSync(tar)) return tar;
  const mmdebstrap = findProgram("mmdebstrap");
  if (mmdebstrap === null) return undefined;
  const sources = SOURCES.filter((path) => existsSync(path) && /^\s*(deb\s|Types:)/m.test(readFileSync(path, "utf8")));
  const options = ["--quiet", "--variant=apt", `--include=${PACKAGES.join(",")}`];
  execute([mmdebstrap, ...options, "", `${tar}.new.tar`, ...sources]);
  renameSync(`${tar}.new.tar`, tar);
  return tar;
}

function cachedLayout(path: string, tar: Uint8Array, compression: Compression): string {
  if (existsSync(path)) return path;
  rmSync(`${path}.new`, { recursive: true, force: true });
  writeLayout(`${path}.new`, [tar], compression);
  renameSync(`${path}.new`, path);
  return path;
}
