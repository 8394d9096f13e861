/** The options that checkpoint and restore share: their checks, and what CRIU is told. Names and messages are runc's. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { CGROUP_MODES, type CriuOptions, EMPTY_NETWORK } from "../../plan/criu/criu-message.ts";
import { Fd } from "../../sys/call/fd.ts";
import { kernelError } from "../../sys/call/libc.ts";
import { absolutePath } from "../../sys/call/working-directory.ts";
import { makeDirectories, OPEN, readDirectory, requirePlain, tryOpen } from "../../sys/file/file.ts";

export interface CriuFlags {
  readonly imagePath: string | undefined;
  readonly workPath: string | undefined;
  readonly tcpEstablished: boolean;
  readonly extUnixSk: boolean;
  readonly shellJob: boolean;
  readonly fileLocks: boolean;
  readonly manageCgroupsMode: string | undefined;
  readonly emptyNs: readonly string[];
  readonly autoDedup: boolean;
  readonly lazyPages: boolean;
}

const DEFAULT_IMAGES = "checkpoint";

/** Where settings are that are for all containers: CRIU reads it if it is there, and it goes before what it is told. */
const CONFIG_FILE = "/etc/criu/runc.conf";

const STATISTICS = ["stats-dump", "stats-restore"];

/** The link by which CRIU finds an earlier dump, and which it makes anew. */
export const PARENT = "parent";

/** Much, but not all that it has to say: without it nobody could find out why it gave up. */
const LOG_LEVEL = 4;

/** Directories that hold a checkpoint, and what CRIU writes of its work. */
export interface Places extends Disposable {
  readonly path: HostPath;
  readonly images: Fd;
  readonly work: Fd | undefined;
  readonly log: HostPath;
}

/** `make`: what is missing is made. The images hold the memory of the processes, and are for the owner alone. */
export function openPlaces(flags: CriuFlags, logFile: string, { make }: { readonly make: boolean }): Places {
  const { imagePath, workPath, autoDedup } = flags;
  using stack = new DisposableStack();
  const path = absolutePath(imagePath ?? DEFAULT_IMAGES);
  const images = stack.use(openDirectory(path, "--image-path", make));
  const workDirectory = workPath === undefined ? undefined : absolutePath(workPath);
  const work = workDirectory === undefined ? undefined : stack.use(openDirectory(workDirectory, "--work-path", true));
  for (const name of [logFile, ...STATISTICS]) requirePlain(`${workDirectory ?? path}/${name}`);
  if (make || autoDedup) requirePlainImages(path);
  const held = stack.move();
  return { path, images, work, log: `${workDirectory ?? path}/${logFile}` as HostPath, [Symbol.dispose]: () => held.dispose() };
}

/** CRIU writes to whatever has one of its names. */
function requirePlainImages(directory: HostPath): void {
  for (const { name } of readDirectory(directory) ?? []) if (name !== PARENT) requirePlain(`${directory}/${name}`);
}

/** The same, wherever the working directory is later. */
export function withAbsolutePaths<Flags extends CriuFlags>(flags: Flags): Flags {
  const { imagePath = DEFAULT_IMAGES, workPath } = flags;
  return { ...flags, imagePath: absolutePath(imagePath), workPath: workPath === undefined ? undefined : absolutePath(workPath) };
}

function openDirectory(path: HostPath, option: string, make: boolean): Fd {
  if (make) makeDirectories(path, 0o700);
  const opened = tryOpen(path, OPEN.read | OPEN.directory);
  if (opened >= 0) return new Fd(opened);
  const { message, detail } = kernelError(-opened, "open(2)", `open ${path}`);
  throw new RuntimeError("not-found", message, { ...detail, hint: `${option} names the directory with the files of a checkpoint` });
}

export function commonOptions(flags: CriuFlags, { images, work }: Places, logFile: string) {
  const { tcpEstablished, extUnixSk, shellJob, fileLocks, autoDedup, lazyPages } = flags;
  for (const name of flags.emptyNs) {
    if (name === "network") continue;
    throw new RuntimeError("usage", `namespace ${JSON.stringify(name)} is not supported`, { hint: "--empty-ns takes: network" });
  }
  return {
    imagesDirFd: images.number,
    workDirFd: work?.number,
    logFile,
    logLevel: LOG_LEVEL,
    notifyScripts: true,
    tcpEstablished,
    extUnixSk,
    shellJob,
    fileLocks,
    autoDedup,
    lazyPages,
    cgroupMode: cgroupMode(flags.manageCgroupsMode),
    emptyNamespaces: EMPTY_NETWORK,
    configFile: CONFIG_FILE,
  } as const satisfies Partial<CriuOptions>;
}

function cgroupMode(word: string | undefined): number {
  if (word === undefined || word === "") return CGROUP_MODES.default;
  if (word === "soft" || word === "full" || word === "strict" || word === "ignore") return CGROUP_MODES[word];
  throw new RuntimeError("usage", "invalid manage-cgroups-mode value", { hint: "it is soft, full, strict or ignore" });
}
