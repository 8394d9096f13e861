/**
 * The libraries that lamina opens, for musl: Debian has them for its own C library only, so they are built from its source packages. Kept
 * between builds, for all checkouts of one user.
 */
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import { cacheDirectory, unpackPackage } from "./debian-package.ts";
import { findTarget } from "./targets.ts";

const SUITE = "bookworm";

interface Library {
  readonly file: string;
  readonly script: string;
}

/** By source package: the library, and the shell script that makes it in a copy of the sources, by the compiler $CC. */
const LIBRARIES: Readonly<Record<string, Library>> = {
  // what hashes, and no more: all of libcrypto takes minutes
  openssl: {
    file: "libcrypto.so.3",
    script: `./Configure linux-x86_64 no-asm && make build_generated &&
      $CC -shared -fPIC -O2 -Iinclude -I. -Wl,-soname,libcrypto.so.3 -o libcrypto.so.3 crypto/sha/sha256.c crypto/mem_clr.c`,
  },
  zlib: { file: "libz.so.1", script: "./configure --shared && make $(sed -n 's/^SHAREDLIBV=//p' Makefile)" },
  libzstd: { file: "lib/libzstd.so.1", script: "make -C lib libzstd" },
  libseccomp: { file: "src/.libs/libseccomp.so.2", script: "./configure --disable-static && make -C src libseccomp.la" },
};

/** The directory with them: libcrypto, zlib, libzstd and libseccomp. */
export async function muslLibraries(): Promise<string> {
  const { compiler, options } = await findTarget("musl");
  const key = new Bun.CryptoHasher("sha256").update(JSON.stringify([SUITE, compiler, options, LIBRARIES])).digest("hex");
  const directory = join(cacheDirectory(), `musl-libraries-${key.slice(0, 12)}`);
  await mkdir(directory, { recursive: true });
  for (const [name, library] of Object.entries(LIBRARIES)) {
    const out = join(directory, basename(library.file));
    if (!existsSync(out)) await build(name, library, { out, compiler: [compiler, ...options].join(" ") });
  }
  return directory;
}

/** Atomic: the library is whole or absent. */
async function build(name: string, { file, script }: Library, { out, compiler }: { out: string; compiler: string }): Promise<void> {
  const source = await unpackPackage({ name, suite: SUITE, isSource: true });
  console.error(`building ${basename(out)} for musl`);
  const work = await mkdtemp(join(cacheDirectory(), ".musl-"));
  try {
    const words = ["sh", "-ec", `cp -a "$1" sources && cd sources && ${script}`, "sh", source];
    const child = Bun.spawn(words, { cwd: work, env: { ...process.env, CC: compiler }, stdio: ["ignore", "ignore", "pipe"] });
    const [output, status] = await Promise.all([child.stderr.text(), child.exited]);
    if (status !== 0)
      throw new RuntimeError("unsupported", `cannot build ${basename(out)} for musl: ${output.trimEnd().split("\n").at(-1)}`);
    await copyFile(join(work, "sources", file), join(work, "out"));
    await rename(join(work, "out"), out);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(await muslLibraries());
