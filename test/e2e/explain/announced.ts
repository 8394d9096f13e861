/** The effective calls that each step of a plan announces. A kind of step without a row here fails the test. */
import { basename, dirname } from "node:path";
import { CAPABILITIES } from "../../../src/plan/process/capabilities.ts";
import { rlimitName, UNLIMITED } from "../../../src/plan/process/rlimits.ts";
import { CLONE_FLAGS, flagNames, MOUNT_ATTRIBUTES, PROPAGATION } from "../../../src/plan/steps/kernel-flags.ts";
import type { InitOp } from "../../../src/plan/steps/step.ts";
import type { Json, JsonObject } from "../../support/json.ts";

/** A call that the step makes: once, or as often as it says. */
export interface Announced {
  readonly call: RegExp;
  readonly times?: "optional" | "any" | number;
  /** The step continues: what exists already is fine (EEXIST), and what cannot be chowned stays. */
  readonly mayFail?: true;
}

export interface Surroundings {
  /** The container's "/", as strace shows it. */
  readonly root: string;
  readonly isMissing: (path: string) => boolean;
  readonly isDirectory: (path: string) => boolean;
  /** Capabilities in the bounding set when the plan starts. */
  readonly bounding: bigint;
  /** The mount that hides directories: made for the first one. */
  readonly emptyDirectory: { isMade: boolean };
}

type Words = (step: JsonObject, where: Surroundings) => readonly Announced[];

const FD = "\\d+<[^>]*>(?:\\(deleted\\))?";

/** A regular expression: `/text/` of a template, in which values are literal. */
function call(parts: TemplateStringsArray, ...values: readonly (string | number)[]): RegExp {
  return new RegExp(
    `^${parts.raw.map((part, i) => part.replaceAll(/\bFD\b/g, () => FD) + (i < values.length ? literal(values[i]) : "")).join("")}`,
  );
}

function literal(value: string | number | undefined): string {
  return String(value).replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

const quoted = (value: Json | undefined): string => JSON.stringify(String(value));
const strings = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);
const attributes = (value: Json | undefined): string => flagNames(MOUNT_ATTRIBUTES, BigInt(String(value)));
const hex = (value: Json | undefined): string => (Number(value) === 0 ? "0" : `0x${Number(value).toString(16)}`);

function limit(value: Json | undefined): string {
  const number = BigInt(String(value));
  if (number === UNLIMITED) return "RLIM64_INFINITY";
  return number > 1024n && number % 1024n === 0n ? `${number / 1024n}*1024` : String(number);
}

function capabilities(value: Json | undefined): string {
  const bits = BigInt(String(value));
  const names = Object.entries(CAPABILITIES).filter(([, number]) => (bits >> BigInt(number)) & 1n);
  return names.length === 0 ? "0" : names.map(([name]) => `1<<${name}`).join("|");
}

/** Missing directories on the way to a target, and the target itself. */
function make(target: string, { root }: Surroundings): Announced[] {
  if (target === "/") return [];
  const parent = dirname(target) === "/" ? root : root.replace(/\/$/, "") + dirname(target);
  const above = make(dirname(target), { root } as Surroundings);
  return [
    ...above,
    { call: call`mkdirat\(\d+<${parent}>, ${quoted(basename(target))}, 0755\)`, times: "optional" },
    { call: call`openat\(\d+<${parent}>, ${quoted(basename(target))}, O_WRONLY\|O_CREAT\|O_EXCL`, times: "optional" },
  ];
}

function inRoot(path: Json | undefined, { root }: Surroundings): string {
  return root === "/" ? String(path) : path === "/" ? root : `${root}${path}`;
}

function change(fd: string, { set, clear, propagation = "0", recursive = false }: JsonObject): Announced {
  const flags = recursive ? "AT_EMPTY_PATH|AT_RECURSIVE" : "AT_EMPTY_PATH";
  const type = BigInt(String(propagation)) === 0n ? "0" : flagNames(PROPAGATION, BigInt(String(propagation)));
  const start = `mount_setattr\\(${fd}, "", ${literal(flags)}, \\{attr_set=${literal(attributes(set))}, attr_clr=(\\S+), propagation=${literal(type)}\\b`;
  return { call: new RegExp(`^${start.replace("(\\S+)", clearText(clear))}`) };
}

/** strace has names for bits that the plan has none for (the access time field), so any text matches. */
function clearText(clear: Json | undefined): string {
  return BigInt(String(clear)) === 0n ? "0" : "[A-Z_|0-9a-fx]+";
}

function filesystem(type: string, source: string, options: readonly string[], set: string): Announced[] {
  return [
    { call: call`fsopen\(${quoted(type)}, FSOPEN_CLOEXEC\)` },
    ...(source === "" ? [] : [{ call: call`fsconfig\(FD, FSCONFIG_SET_STRING, "source", ${quoted(source)}, 0\)` }]),
    ...options.map(option),
    { call: call`fsconfig\(FD, FSCONFIG_CMD_CREATE, NULL, NULL, 0\)` },
    { call: call`fsmount\(FD, FSMOUNT_CLOEXEC, ${set}\)` },
  ];
}

function option(text: string): Announced {
  const at = text.indexOf("=");
  if (at < 0) return { call: call`fsconfig\(FD, FSCONFIG_SET_FLAG, ${quoted(text)}, NULL, 0\)` };
  return { call: call`fsconfig\(FD, FSCONFIG_SET_STRING, ${quoted(text.slice(0, at))}, ${quoted(text.slice(at + 1))}, 0\)` };
}

const moveTo = (path: string): Announced => ({
  call: call`move_mount\(FD, "", \d+<${path}>, "", MOVE_MOUNT_F_EMPTY_PATH\|MOVE_MOUNT_T_EMPTY_PATH\)`,
});

const clone = (flags: Json | undefined, more: string): Announced => {
  const names = Number(flags) === 0 ? "" : `|${flagNames(CLONE_FLAGS, BigInt(Number(flags) >>> 0))}`;
  return { call: call`clone3\(\{flags=${`CLONE_PARENT${names}${more}`},` };
};

const cover = (path: Json | undefined, where: Surroundings, calls: readonly Announced[]): readonly Announced[] =>
  where.isMissing(String(path)) ? [] : [...calls, moveTo(inRoot(path, where))];

const NO_CALLS: Words = () => [];

export const ANNOUNCED: { readonly [Op in InitOp]?: Words } = {
  enterCgroup: ({ file }) => [{ call: call`write\(\d+<${String(file)}>, "0", 1\)` }],
  openCgroup: NO_CALLS,
  cloneIntoCgroup: ({ flags }) => [clone(flags, "|CLONE_INTO_CGROUP")],
  cloneChild: ({ flags }) => [clone(flags, "")],
  unshare: ({ flags }) => [{ call: call`unshare\(${flagNames(CLONE_FLAGS, BigInt(Number(flags)))}\)` }],
  sync: NO_CALLS,
  openProc: ({ fresh }) =>
    fresh
      ? filesystem("proc", "", [], "MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC")
      : [{ call: call`open_tree\(AT_FDCWD<[^>]*>, "/proc", OPEN_TREE_CLONE\|OPEN_TREE_CLOEXEC\|AT_RECURSIVE\)` }],
  setDumpable: ({ dumpable }) => [{ call: call`prctl\(PR_SET_DUMPABLE, ${dumpable ? "SUID_DUMP_USER" : "SUID_DUMP_DISABLE"}` }],
  writeProc: ({ file, text }) => [
    { call: new RegExp(`^write\\(\\d+<\\S*/${literal(String(file)).replace("self/", "\\d+/")}>, ${literal(quoted(text))}, `) },
  ],
  setPropagation: ({ path, flags }) => [
    { call: call`mount\(NULL, ${quoted(path)}, NULL, ${flagNames(PROPAGATION, BigInt(String(flags)))}, NULL\)` },
  ],
  openTree: ({ source, recursive }) => [
    {
      call: call`open_tree\(AT_FDCWD<[^>]*>, ${quoted(source)}, ${`OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC${recursive ? "|AT_RECURSIVE" : ""}`}\)`,
    },
  ],
  newFilesystem: (step) => filesystem(String(step.type), String(step.source), strings(step.options), attributes(step.attributes)),
  newTmpfs: (step) => {
    const [open, source, ...rest] = filesystem("tmpfs", String(step.source), strings(step.options), attributes(step.attributes));
    const mode = { call: call`fsconfig\(FD, FSCONFIG_SET_STRING, "mode", "[0-7]{4}", 0\)`, times: "optional" } as const;
    return open === undefined || source === undefined ? [] : [open, mode, source, ...rest];
  },
  newProc: (step) => {
    const [open, ...rest] = filesystem("proc", String(step.source), strings(step.options), attributes(step.attributes));
    return [...(open ? [open] : []), { call: call`fsconfig\(FD, FSCONFIG_SET_FD, "pidns", NULL, \d+.*\)` }, ...rest];
  },
  mountAttributes: (step) => [change(FD, step)],
  attachRoot: ({ path }) => [
    { call: call`move_mount\(FD, "", AT_FDCWD<[^>]*>, ${quoted(path)}, MOVE_MOUNT_F_EMPTY_PATH\)` },
    { call: call`fchdir\(FD\)` },
  ],
  attach: ({ target }, where) => [...make(String(target), where), moveTo(inRoot(target, where))],
  remount: (step, where) => [
    ...(step.superblock ? reconfigure(strings(step.options)) : []),
    change(`\\d+<${literal(inRoot(step.target, where))}>`, step),
  ],
  targetAttributes: (step, where) => [change(`\\d+<${literal(inRoot(step.target, where))}>`, step)],
  makeDirectory: ({ path }, where) => make(String(path), where),
  unlink: ({ path }, where) => [
    ...make(dirname(String(path)), where),
    { call: call`unlinkat\(\d+<${inRoot(dirname(String(path)), where)}>, ${quoted(basename(String(path)))}, 0\)`, mayFail: true },
  ],
  symlink: ({ target, path }, where) => [
    ...make(dirname(String(path)), where),
    {
      call: call`symlinkat\(${quoted(target)}, \d+<${inRoot(dirname(String(path)), where)}>, ${quoted(basename(String(path)))}\)`,
      mayFail: true,
    },
  ],
  mknod: (step, where) => [
    ...make(dirname(String(step.path)), where),
    {
      call: call`mknodat\(\d+<${inRoot(dirname(String(step.path)), where)}>, ${quoted(basename(String(step.path)))}, S_IF${kind(step)}\|000(?:, makedev\(${hex(step.major)}, ${hex(step.minor)}\))?\)`,
      mayFail: true,
    },
    { call: call`fchownat\(\d+<${inRoot(step.path, where)}>, "", ${Number(step.uid)}, ${Number(step.gid)}, AT_EMPTY_PATH\)` },
    { call: call`fchmodat\(\d+</>, "self/fd/\d+", 0${(Number(step.mode) & 0o7777).toString(8)}\)` },
  ],
  openNull: NO_CALLS,
  maskPath: ({ path }, where) => cover(path, where, mask(String(path), where)),
  readonlyPath: ({ path }, where) =>
    cover(path, where, [
      { call: call`open_tree\(\d+<${inRoot(path, where)}>, "", OPEN_TREE_CLONE\|OPEN_TREE_CLOEXEC\|AT_EMPTY_PATH\|AT_RECURSIVE\)` },
      change(FD, { set: "1", clear: "0", recursive: true }),
    ]),
  pivotRoot: () => [
    { call: call`fchdir\(FD\)` },
    { call: call`pivot_root\("\.", "\."\)` },
    { call: call`fchdir\(\d+</>\)` },
    { call: call`mount\(NULL, "\.", NULL, MS_REC\|MS_SLAVE, NULL\)` },
    { call: call`umount2\("\.", MNT_DETACH\)` },
    { call: call`chdir\("/"\)` },
  ],
  reopenNull: () => [{ call: call`dup2\(\d+</dev/null>, [012]`, times: "any" }],
  chownStdio: ({ uid }) => [{ call: call`fchown\([012]<[^>]*>, ${Number(uid)}, `, times: "any", mayFail: true }],
  sethostname: ({ name }) => [{ call: call`sethostname\(${quoted(name)}, ${String(name).length}\)` }],
  setdomainname: ({ name }) => [{ call: call`setdomainname\(${quoted(name)}, ${String(name).length}\)` }],
  newSessionKeyring: () => [
    { call: call`keyctl\(KEYCTL_JOIN_SESSION_KEYRING, NULL\)` },
    { call: call`keyctl\(KEYCTL_SETPERM, \d+, (?:\|?KEY_POS_[A-Z]+){6}\)` },
  ],
  setsid: () => [{ call: call`setsid\(\)` }],
  loopbackUp: () => [{ call: call`ioctl\(FD, SIOCSIFFLAGS, \{ifr_name="lo", ifr_flags=IFF_UP` }],
  setrlimit: ({ resource, soft, hard }) => [
    { call: call`prlimit64\(0, ${rlimitName(Number(resource))}, \{rlim_cur=${limit(soft)}, rlim_max=${limit(hard)}\}, NULL\)` },
  ],
  setMemoryPolicy: () => [{ call: call`set_mempolicy\((MPOL_LOCAL|0x4)\b` }],
  umask: ({ mask }) => [{ call: call`umask\(0*${Number(mask).toString(8)}\)` }],
  setgroups: ({ gids }) => [{ call: call`setgroups\(${strings(gids).length}, \[${strings(gids).join(", ")}\]\)` }],
  setgid: ({ gid }) => [{ call: call`setresgid\(${Number(gid)}, ${Number(gid)}, ${Number(gid)}\)` }],
  setuid: ({ uid }) => [{ call: call`setresuid\(${Number(uid)}, ${Number(uid)}, ${Number(uid)}\)` }],
  keepCapabilities: () => [{ call: call`prctl\(PR_SET_KEEPCAPS, 1` }],
  dropBounding: ({ keep }, { bounding }) => dropped(bounding & ~BigInt(String(keep))),
  capset: ({ effective, permitted, inheritable }) => [
    {
      call: call`capset\(\{version=_LINUX_CAPABILITY_VERSION_3, pid=0\}, \{effective=${capabilities(effective)}, permitted=${capabilities(permitted)}, inheritable=${capabilities(inheritable)}\}\)`,
    },
  ],
  raiseAmbient: ({ set }) => [
    { call: call`prctl\(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL` },
    ...capabilityNumbers(BigInt(String(set))).map((name) => ({ call: call`prctl\(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, ${name}, 0, 0\)` })),
  ],
  noNewPrivileges: () => [{ call: call`prctl\(PR_SET_NO_NEW_PRIVS, 1` }],
  letGo: () => [{ call: call`close_range\(\d+, 4294967295, 0\)` }],
  chdir: () => [{ call: call`fchdir\(FD\)` }],
  defaultHome: NO_CALLS,
  findExecutable: NO_CALLS,
  closeOnExec: ({ first }) => [{ call: call`close_range\(${Number(first)}, 4294967295, CLOSE_RANGE_CLOEXEC\)` }],
  exec: ({ args }) => [{ call: call`execve\("[^"]*", \[${strings(args).map(quoted).join(", ")}\]` }],
};

/** A new file system for the first directory; for the others, and for files, a read-only clone of what is open. */
function mask(path: string, where: Surroundings): Announced[] {
  if (where.isDirectory(path) && !where.isMissing(path) && !where.emptyDirectory.isMade) {
    where.emptyDirectory.isMade = true;
    return filesystem("tmpfs", "tmpfs", [], "MOUNT_ATTR_RDONLY");
  }
  return [{ call: call`open_tree\(FD, "", OPEN_TREE_CLONE\|OPEN_TREE_CLOEXEC\|AT_EMPTY_PATH\)` }, change(FD, { set: "1", clear: "0" })];
}

/** What strace calls S_IFIFO, S_IFCHR and S_IFBLK behind the first four letters. */
const KINDS: ReadonlyMap<number, string> = new Map([
  [0o010000, "IFO"],
  [0o020000, "CHR"],
  [0o060000, "BLK"],
]);

function kind({ mode }: JsonObject): string {
  return KINDS.get(Number(mode) & 0o170000) ?? "REG";
}

function capabilityNumbers(bits: bigint): string[] {
  return Object.entries(CAPABILITIES).flatMap(([name, number]) => ((bits >> BigInt(number)) & 1n ? [name] : []));
}

/** In the order of their numbers, each of them and no other. */
function dropped(bits: bigint): Announced[] {
  return capabilityNumbers(bits).map((name) => ({ call: call`prctl\(PR_CAPBSET_DROP, ${name}\)` }));
}

function reconfigure(options: readonly string[]): Announced[] {
  return [
    { call: call`fspick\(FD, "", FSPICK_CLOEXEC\|FSPICK_EMPTY_PATH\)` },
    ...options.map(option),
    { call: call`fsconfig\(FD, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0\)` },
  ];
}
