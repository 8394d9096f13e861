/**
 * A package of another Debian suite than the machine's, unpacked but not installed. apt gets its own configuration, lists and
 * cache: what is installed and configured on the machine stays as it is, and no privileges are needed. The archive's
 * signature is checked against the keyring installed on the machine, but not whether it is recent: testing's is valid for a week, and
 * mirrors lag. Whoever served an old one could only choose among what Debian had signed, and quickjs-source.ts compares what it gets.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";

const KEYRINGS = ["/usr/share/keyrings/debian-archive-keyring.gpg", "/usr/share/keyrings/debian-archive-keyring.pgp"];

/** Somebody else may be installing, and mirrors fail now and then. */
export const APT_GET = ["apt-get", "--quiet", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"] as const;

export interface Wanted {
  readonly name: string;
  readonly suite: string;
  /** Debian's name, e.g. "arm64". Default: the machine's own. */
  readonly architecture?: string;
  /** The sources that its authors released, instead of what Debian built. `name` is that of the source package. */
  readonly isSource?: boolean;
}

/** Where downloads are kept between builds, for all checkouts of one user. */
export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "lamina");
}

/** Where the package's files are once it has been unpacked. */
export function unpackedPackage({ name, suite, architecture, isSource }: Wanted): string {
  const kind = [...(architecture === undefined ? [] : [architecture]), ...(isSource ? ["source"] : [])];
  return join(cacheDirectory(), [name, suite, ...kind].join("-"));
}

/** The directory with the package's files, from the cache if possible. Atomic: a directory is complete or absent. */
export async function unpackPackage(wanted: Wanted): Promise<string> {
  const directory = unpackedPackage(wanted);
  if (existsSync(directory)) return directory;
  await mkdir(cacheDirectory(), { recursive: true });
  const work = await mkdtemp(join(cacheDirectory(), ".apt-"));
  try {
    const archive = await download(wanted, work);
    const files = join(work, "files");
    await run(
      wanted.isSource
        ? ["tar", "-xf", archive, "-C", files, "--strip-components=1", "--no-same-owner"]
        : ["dpkg-deb", "--extract", archive, files],
      work,
    );
    await rename(join(work, "files"), directory).catch((error: unknown) => {
      if (!existsSync(directory)) throw error; // otherwise another build was first
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return directory;
}

async function download({ name, suite, architecture, isSource = false }: Wanted, work: string): Promise<string> {
  const archive = `${readMirror()} ${suite} main`;
  console.error(`downloading ${name} (${archive})`);
  for (const directory of ["state/lists/partial", "cache/archives/partial", "files"])
    await mkdir(join(work, directory), { recursive: true });
  await writeFile(join(work, "status"), "");
  await writeFile(
    join(work, "sources.list"),
    `${isSource ? "deb-src" : "deb"} [signed-by=${findKeyring()} check-valid-until=no] ${archive}\n`,
  );
  await writeFile(join(work, "apt.conf"), `${configuration(work, architecture)}${readAcquireOptions()}`);
  await run([...APT_GET, "update"], work);
  await run([...APT_GET, ...(isSource ? ["source", "--download-only"] : ["download"]), name], work);
  const files = new Bun.Glob(`${name}_*.${isSource ? "orig.tar.{gz,bz2,xz}" : "deb"}`);
  const [found] = await Array.fromAsync(files.scan({ cwd: work, absolute: true }));
  if (found === undefined) throw refusal(`apt-get downloaded no ${name}`);
  return found;
}

/** Replaces the machine's configuration, including its hooks, entirely. */
function configuration(work: string, architecture: string | undefined): string {
  const settings = {
    ...(architecture !== undefined && { "APT::Architecture": architecture, "APT::Architectures": architecture }),
    "Dir::Etc::Main": "/dev/null",
    "Dir::Etc::Parts": "/dev/null",
    "Dir::Etc::SourceList": join(work, "sources.list"),
    "Dir::Etc::SourceParts": "/dev/null",
    "Dir::State": join(work, "state"),
    "Dir::State::Status": join(work, "status"),
    "Dir::Cache": join(work, "cache"),
    "APT::Sandbox::User": "", // apt's own user cannot write here
    "Acquire::Languages": "none",
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} "${value}";\n`)
    .join("");
}

/** How the machine reaches its mirror: proxies and the like. */
function readAcquireOptions(): string {
  const { stdout } = Bun.spawnSync(["apt-config", "dump", "--format", '%F "%v";%n', "Acquire"], { stdio: ["ignore", "pipe", "ignore"] });
  return stdout
    .toString()
    .split("\n")
    .filter((line) => /^Acquire::(?!Languages|IndexTargets|Changelogs)[^"]+"[^"]+";$/.test(line))
    .map((line) => `${line}\n`)
    .join("");
}

/** The Debian mirror that the machine uses for its own packages. */
function readMirror(): string {
  if (Bun.which("apt-get") === null || Bun.which("dpkg-deb") === null) throw refusal("apt-get or dpkg-deb is not installed");
  const format = "$(REPO_URI) $(LABEL)";
  const { stdout } = Bun.spawnSync(["apt-get", "indextargets", "--format", format, "Created-By: Packages", "Component: main"]);
  const targets = stdout
    .toString()
    .split("\n")
    .map((line) => line.split(" "));
  const isDebian = ([uri = "", label = ""]: string[]): boolean => label === "Debian" || (label.startsWith("$") && /\/debian\/?$/.test(uri));
  const [uri] = targets.find(isDebian) ?? [];
  if (uri === undefined) throw refusal("this machine has no Debian package source");
  return uri;
}

function findKeyring(): string {
  const keyring = KEYRINGS.find((path) => existsSync(path));
  if (keyring === undefined) throw refusal("Debian's keyring is missing (package debian-archive-keyring)");
  return keyring;
}

async function run(command: string[], work: string): Promise<void> {
  const child = Bun.spawn(command, {
    cwd: work,
    env: { ...process.env, APT_CONFIG: join(work, "apt.conf") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [output, status] = await Promise.all([child.stderr.text(), child.exited]);
  if (status !== 0) throw refusal(`${command.slice(0, 3).join(" ")}: ${output.trim().split("\n").at(-1) ?? `exit status ${status}`}`);
}

function refusal(reason: string): RuntimeError {
  return new RuntimeError("unsupported", `cannot download a Debian package: ${reason}`);
}
