/**
 * A machine within the machine: systemd as process 1 of new namespaces, with cgroups of its own, a bus, and the session of one user.
 * What runs in it sees this machine's files.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ownId } from "./own-id.ts";
import { readProc } from "./read-proc.ts";
import { type Outcome, spawn } from "./spawn.ts";
import { type Files, tempDir, writeFiles } from "./temp-dir.ts";
import { LONGER_THAN_ANY_TEST, until } from "./until.ts";

export type CgroupKind = "v1" | "v2";

export interface SystemdGround extends AsyncDisposable {
  /** A directory for the ground's files, removed with it. */
  readonly directory: string;
  /** Words before a command that root runs there. */
  readonly prefix: readonly string[];
  /** The same for the user, with the variables of the session. */
  readonly userPrefix: readonly string[];
  /** What a command of root's prints there; it must succeed. */
  must(...words: readonly string[]): Promise<string>;
  call(...words: readonly string[]): Promise<Outcome>;
}

/** What else a ground has to be. */
export interface GroundOptions {
  /** Options of unshare(1), for more namespaces. */
  readonly namespaces?: readonly string[];
  /** Shell lines to carry out in the namespaces before there is a /run; they are given the ground's directory. */
  readonly prepare?: (directory: string) => readonly string[];
}

/** The session's user, whom only the ground knows. */
export const SESSION_USER = 61_181;

const RUNTIME_DIRECTORY = `/run/user/${SESSION_USER}`;

export const SYSTEMD = ["/usr/lib/systemd/systemd", "/lib/systemd/systemd"].find((path) => existsSync(path));

/** Where this machine has cgroup2; undefined if nowhere. */
export const CGROUP2 = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].find((path) => existsSync(`${path}/cgroup.controllers`));

const V1 = ["systemd", "cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids"];

/** True if every hierarchy of v1 that systemd uses is there, one for each controller. */
export function hasV1ForSystemd(): boolean {
  return V1.every((name) => existsSync(`/sys/fs/cgroup/${name}/cgroup.procs`));
}

const UNIT = "[Unit]\nDefaultDependencies=no\n";

function bus(whose: "system" | "session", socket: string): Files {
  const daemon = `/usr/bin/dbus-daemon --${whose} --address=systemd: --nofork --nopidfile --systemd-activation`;
  return {
    [`${whose}/dbus.socket`]: `${UNIT}[Socket]\nListenStream=${socket}\n`,
    [`${whose}/dbus.service`]: `${UNIT}Requires=dbus.socket\n[Service]\nType=notify\nExecStart=${daemon}\n`,
  };
}

/** All units that there are, but for transient ones: whatever those of the machine's would pull in has no place here. */
function unitFiles(systemd: string, units: string): Files {
  const session = `user@${SESSION_USER}.service`;
  const environment = `XDG_RUNTIME_DIR=${RUNTIME_DIRECTORY} SYSTEMD_UNIT_PATH=${units}/session:${RUNTIME_DIRECTORY}/systemd/transient`;
  return {
    ...bus("system", "/run/dbus/system_bus_socket"),
    ...bus("session", "%t/bus"),
    "system/ground.target": `${UNIT}Requires=dbus.service ${session}\nAfter=dbus.service ${session}\n`,
    "session/ground.target": `${UNIT}Requires=dbus.service\nAfter=dbus.service\n`,
    [`system/${session}`]: `${UNIT}[Service]\nType=notify\nUser=${SESSION_USER}\nSlice=user-${SESSION_USER}.slice\nDelegate=yes\nEnvironment=${environment}\nExecStart=${systemd} --user --unit=ground.target\n`,
  };
}

/** Mounts what process 1 is to find, and becomes it. */
function bootScript(kind: CgroupKind, systemd: string, units: string, prepare: readonly string[]): string {
  const v1 = V1.map((name) => {
    const at = `/sys/fs/cgroup/${name}`;
    return `mkdir ${at}; mount -t cgroup -o ${name === "systemd" ? "none,name=systemd" : name} cgroup ${at}`;
  });
  const cgroups =
    kind === "v2"
      ? ["mount -t cgroup2 cgroup2 /sys/fs/cgroup", "echo $$ >/sys/fs/cgroup/cgroup.procs"]
      : ["mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup", ...v1];
  return [
    "set -e",
    "umount -R /sys/fs/cgroup",
    ...cgroups,
    "mount -t proc proc /proc; mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys", // process 1 would tune the kernel
    ...prepare,
    "mount -t tmpfs -o mode=755 tmpfs /run",
    `mkdir -p ${RUNTIME_DIRECTORY}; chmod 700 ${RUNTIME_DIRECTORY}; chown ${SESSION_USER}:${SESSION_USER} ${RUNTIME_DIRECTORY}`,
    ...["passwd", "group"].map((file) => `cp /etc/${file} /run/${file}; mount --bind /run/${file} /etc/${file}`),
    `echo ground:x:${SESSION_USER}:${SESSION_USER}::/:/bin/sh >>/etc/passwd; echo ground:x:${SESSION_USER}: >>/etc/group`,
    `export container=lamina-ground SYSTEMD_UNIT_PATH=${units}/system:/run/systemd/transient PATH=/usr/sbin:/usr/bin:/sbin:/bin`,
    `exec ${systemd} --system --unit=ground.target --log-target=console --show-status=0`,
  ].join("\n");
}

export async function systemdGround(kind: CgroupKind, { namespaces = [], prepare }: GroundOptions = {}): Promise<SystemdGround> {
  if (SYSTEMD === undefined) throw new Error("systemd is not installed");
  const directory = await tempDir();
  await mkdir(join(directory.path, "calls"));
  await writeFiles(directory.path, unitFiles(SYSTEMD, directory.path));
  const name = ownId("ground");
  const cgroups = kind === "v2" ? makeUnified(name) : [...makeV1(name), ...makeUnified(name)]; // beside v1, systemd knows by cgroup2 when a unit has ended
  const beside = kind === "v2" && hasV1ForSystemd() ? makeV1(name) : []; // CRIU looks at every hierarchy, from where a process is downwards
  const calls = join(directory.path, "calls");
  const script = bootScript(kind, SYSTEMD, directory.path, prepare?.(directory.path) ?? []);
  const systemd = await spawn(calls, bootWords(kind, cgroups, beside, namespaces, script), {
    deadline: LONGER_THAN_ANY_TEST,
    env: { PATH: process.env.PATH ?? "" },
  });
  const describe = async (): Promise<string> => `${await systemd.stdout()}${await systemd.stderr()}`;
  await until("systemd is process 1", () => readProc(childOf(systemd.pid), "comm").startsWith("systemd"), describe);
  const first = childOf(systemd.pid);
  const callers = kind === "v2" ? cgroups.map((path) => `${path}/caller`) : cgroups;
  const prefix = ["sh", "-ec", `${enterAll([...callers, ...beside])}; exec nsenter --target ${first} --all -- "$@"`, "sh"];
  const user = ["setpriv", `--reuid=${SESSION_USER}`, `--regid=${SESSION_USER}`, "--clear-groups", "--"];
  const session = ["env", `XDG_RUNTIME_DIR=${RUNTIME_DIRECTORY}`];
  const call = async (...words: readonly string[]): Promise<Outcome> =>
    (await spawn(calls, [...prefix, ...words], { env: { PATH: process.env.PATH ?? "" } })).ended;
  const ground: SystemdGround = {
    directory: directory.path,
    prefix,
    userPrefix: [...prefix, ...user, ...session],
    call,
    async must(...words) {
      const { exitCode, stdout, stderr } = await call(...words);
      if (exitCode !== 0) throw new Error(`${words.join(" ")}: exit status ${exitCode}\n${stdout}${stderr}`);
      return stdout;
    },
    async [Symbol.asyncDispose]() {
      process.kill(first, "SIGKILL");
      await systemd.ended;
      for (const path of [...cgroups, ...beside]) await until(`${path} is empty`, () => tryRemove(path));
      await directory[Symbol.asyncDispose]();
    },
  };
  try {
    await until(
      "systemd has come up",
      async () => (await call("systemctl", "is-active", "ground.target")).exitCode === 0,
      async () => (await call("systemctl", "list-units", "--all", "--no-pager")).stdout,
    );
    await ground.must("umount", "/proc/sys"); // with it, nobody could mount a procfs in a user namespace
    return ground;
  } catch (error) {
    await ground[Symbol.asyncDispose]();
    throw error;
  }
}

const enterAll = (cgroups: readonly string[]): string => cgroups.map((path) => `echo $$ >${path}/cgroup.procs`).join("; ");

/** Into the cgroups and new namespaces, to end with whoever waits for it. */
function bootWords(
  kind: CgroupKind,
  cgroups: readonly string[],
  beside: readonly string[],
  namespaces: readonly string[],
  script: string,
): string[] {
  // on v2 a cgroup with processes of its own limits nothing below it: where process 1 begins, nobody may stay
  const stepAside = kind === "v2" ? cgroups.map((path) => `mkdir ${path}/caller; echo $$ >${path}/caller/cgroup.procs`).join("; ") : ":";
  const options = ["--mount", "--uts", "--ipc", ...namespaces, "--propagation private", "--pid", "--fork", "--kill-child"].join(" ");
  const forkInit = `exec setpriv --pdeathsig KILL unshare ${options} sh -c "$1"`;
  return [
    "sh",
    "-ec",
    `${enterAll([...cgroups, ...beside])}; exec unshare --cgroup sh -ec '${stepAside}; ${forkInit}' sh "$1"`,
    "sh",
    script,
  ];
}

/** Cgroups of the ground's own, one in each hierarchy that systemd uses: the root of a hierarchy would be the machine's. */
function makeV1(name: string): string[] {
  return V1.map((hierarchy) => {
    const top = `/sys/fs/cgroup/${hierarchy}`;
    mkdirSync(`${top}/${name}`);
    if (hierarchy === "cpuset") for (const file of ["cpus", "mems"]) copy(`cpuset.${file}`, top, `${top}/${name}`);
    return `${top}/${name}`;
  });
}

function copy(file: string, from: string, to: string): void {
  writeFileSync(join(to, file), readFileSync(join(from, file)));
}

/** In cgroup2, where there is one, with every controller that can be had. */
function makeUnified(name: string): string[] {
  if (CGROUP2 === undefined) return [];
  mkdirSync(`${CGROUP2}/${name}`);
  for (const controller of readFileSync(`${CGROUP2}/cgroup.controllers`, "utf8").split(/\s+/).filter(Boolean)) {
    try {
      writeFileSync(`${CGROUP2}/cgroup.subtree_control`, `+${controller}`);
    } catch {} // a cgroup with processes of its own cannot pass on all of them
  }
  return [`${CGROUP2}/${name}`];
}

/** From below: false while a process is in one of them. */
function tryRemove(path: string): boolean {
  if (!existsSync(path)) return true;
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) if (entry.isDirectory()) tryRemove(join(path, entry.name));
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/** 0 if there is none. */
function childOf(pid: number): number {
  return Number(readProc(pid, `task/${pid}/children`).split(" ")[0] ?? 0);
}
