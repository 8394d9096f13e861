/**
 * A criu that is new enough for the tests: the machine's own, else one of another Debian suite, unpacked with the libraries that it
 * needs and run by their dynamic loader. Nothing is installed. `npm run unpack-criu` fetches it.
 */
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory, unpackedPackage, unpackPackage } from "./debian-package.ts";
import { runScript } from "./run-script.ts";

const SUITE = "sid";
const OLDEST = 4.1;

/** criu, and whatever ldd(1) says that it and its libraries need. */
const PACKAGES = (
  "criu libc6 libnftables1 libnftnl11 libprotobuf-c1 libnet9 libnl-3-200 libmnl0 libjansson4 libxtables12 libgmp10 libgnutls30t64 " +
  "libnettle8t64 libhogweed6t64 libbsd0 libuuid1 libp11-kit0 libidn2-0 libunistring5 libtasn1-6 libmd0 libffi8 libzstd1 libbrotli1 zlib1g"
).split(" ");

const LIBRARIES = "usr/lib/x86_64-linux-gnu";

/** The directory of the program, for PATH; undefined if there is none yet. */
export function findCriu(): string | undefined {
  const own = Bun.which("criu");
  if (own !== null && isNew(own)) return join(own, "..");
  const unpacked = programDirectory();
  return existsSync(join(unpacked, "criu")) ? unpacked : undefined;
}

function isNew(program: string): boolean {
  const { stdout } = Bun.spawnSync([program, "--version"], { stdout: "pipe", stderr: "ignore" });
  return Number(/^Version: (\d+\.\d+)/m.exec(stdout.toString())?.[1] ?? 0) >= OLDEST;
}

function programDirectory(): string {
  return join(cacheDirectory(), `criu-${SUITE}-program`);
}

/** Fetches what is missing. Returns the directory of the program. */
async function unpackCriu(): Promise<string> {
  const found = findCriu();
  if (found !== undefined) return found;
  for (const name of PACKAGES) await unpackPackage({ name, suite: SUITE });
  const filesOf = (name: string): string => unpackedPackage({ name, suite: SUITE });
  const path = PACKAGES.map((name) => join(filesOf(name), LIBRARIES)).join(":");
  const loader = join(filesOf("libc6"), LIBRARIES, "ld-linux-x86-64.so.2");
  await mkdir(cacheDirectory(), { recursive: true });
  const work = await mkdtemp(join(cacheDirectory(), ".criu-"));
  await writeFile(join(work, "criu"), `#!/bin/sh\nexec ${loader} --library-path ${path} ${filesOf("criu")}/usr/sbin/criu "$@"\n`);
  await chmod(join(work, "criu"), 0o755);
  await chmod(work, 0o755);
  await rename(work, programDirectory()).catch(() => rm(work, { recursive: true })); // another one was first
  return programDirectory();
}

if (import.meta.main) {
  await runScript("unpack-criu", async () => {
    console.log(await unpackCriu());
    return 0;
  });
}
