/**
 * The forms of containers, each with its own order of steps: what holds in one must hold in all. A form is what it changes in
 * config.json and on the command line, and the caller.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findUser } from "../../scripts/throwaway-user.ts";
import type { Recipe } from "./bundle.ts";
import { isObject, type JsonObject } from "./json.ts";
import { requires } from "./requires.ts";
import { runtimeUnderTest } from "./runtimes.ts";
import { type CallOptions, type Sandbox, sandbox } from "./sandbox.ts";
import type { Outcome, Running } from "./spawn.ts";
import { until } from "./until.ts";

export interface Form {
  readonly name: string;
  /** Of the container's namespaces; `joined` are those of another process. */
  readonly namespaces: readonly string[];
  readonly joined?: readonly string[];
  /** Other members of config.json. */
  readonly config?: JsonObject;
  readonly flags?: readonly string[];
  /** Words to put before those that make the caller a user. */
  readonly outer?: readonly string[];
  /** Owner of the bundle's files, if not root. */
  readonly owner?: number;
  /** The caller, if not root: words to put before the command. */
  readonly caller?: readonly string[];
}

const ALL = ["pid", "network", "ipc", "uts", "mount"] as const;
const MAPPED = 100_000;

function mapping(hostID: number, size: number): JsonObject {
  const mappings = [{ containerID: 0, hostID, size }];
  return { uidMappings: mappings, gidMappings: mappings };
}

export const DEFAULT: Form = { name: "by default", namespaces: ALL };
export const USER_NAMESPACE: Form = {
  name: "in a user namespace",
  namespaces: [...ALL, "user"],
  config: { linux: mapping(MAPPED, 65_536) },
  owner: MAPPED,
};
export const HOST_PID: Form = { name: "in the host's pid namespace", namespaces: ALL.filter((type) => type !== "pid") };
export const JOINED: Form = { name: "in namespaces of another container", namespaces: ["mount"], joined: ["pid", "network", "ipc", "uts"] };
export const NO_PIVOT: Form = { name: "without pivot_root", namespaces: ALL, flags: ["--no-pivot"] };
export const NO_MOUNT: Form = {
  name: "without a mount namespace",
  namespaces: ALL.filter((type) => type !== "mount"),
  config: { linux: { maskedPaths: null, readonlyPaths: null } },
  outer: ["unshare", "--mount", "--propagation", "private"], // otherwise everything started meanwhile would have its mounts for a moment
};

/** Empty, with a line that says why, if no user can reach the runtime, or a user would need a session with a systemd of theirs. */
export const ROOTLESS: readonly Form[] = requires("cgroupfs-driver") ? findRootless() : [];

export const FORMS: readonly Form[] = [DEFAULT, USER_NAMESPACE, ...ROOTLESS, HOST_PID, JOINED, NO_PIVOT, NO_MOUNT];

function findRootless(): readonly Form[] {
  const user = findUser(runtimeUnderTest().argv[0] ?? "");
  return typeof user === "string" ? missing(user) : [rootless(user.id, user.prefix)];
}

function missing(reason: string): [] {
  if (process.env.STRICT === "1") throw new Error(`STRICT=1 does not allow a skip because ${reason}`);
  process.stderr.write(`skip: ${reason}\n`);
  return [];
}

/** As `spec --rootless` writes it. */
function rootless(id: number, caller: readonly string[]): Form {
  const kernel = ["nosuid", "noexec", "nodev"];
  const mounts = [
    { destination: "/proc", type: "proc", source: "proc" },
    { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755"] },
    {
      destination: "/dev/pts",
      type: "devpts",
      source: "devpts",
      options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"],
    },
    { destination: "/sys", type: "none", source: "/sys", options: ["rbind", ...kernel, "ro"] },
    { destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: [...kernel, "relatime", "ro"] },
  ];
  const namespaces = ["pid", "ipc", "uts", "mount", "user"];
  return { name: "as a user", namespaces, config: { mounts, linux: { ...mapping(id, 1), resources: null } }, owner: id, caller };
}

export interface FormedOptions extends CallOptions {
  /** Words to put before those that make the caller a user. */
  readonly outer?: readonly string[];
}

/** A container of a form. */
export interface Formed extends AsyncDisposable {
  readonly box: Sandbox;
  /** `run`, to the end of the program. */
  run(options?: FormedOptions): Promise<Outcome>;
  /** `create`, which must succeed; the pid is that of the container's init. */
  create(flags?: readonly string[], options?: FormedOptions): Promise<{ readonly running: Running; readonly pid: number }>;
  /** Any command, as the form's caller. */
  call(words: readonly string[], options?: FormedOptions): Promise<Outcome>;
}

/** The bundle of `recipe` in a form. Where both set something in config.json, the recipe wins. */
export async function formed(form: Form, recipe: Recipe): Promise<Formed> {
  const other = form.joined === undefined ? undefined : await holdNamespaces(form.joined);
  const namespaces = [
    ...form.namespaces.map((type) => ({ type })),
    ...(form.joined ?? []).map((type) => ({ type, path: `/proc/${other?.pid}/ns/${FILES[type] ?? type}` })),
  ];
  const config = both(both({ linux: { namespaces } }, form.config ?? {}), recipe.config ?? {});
  const box = await sandbox({ ...recipe, config });
  if (form.owner !== undefined) give(form.caller === undefined ? box.rootfs : box.directory, form.owner);
  const as = ({ outer = [], prefix = [], ...options }: FormedOptions): CallOptions => ({
    ...options,
    prefix: [...outer, ...(form.outer ?? []), ...(form.caller ?? []), ...prefix],
  });
  const call: Formed["call"] = (words, options = {}) => box.call(words, as(options));
  const words = (verb: string, flags: readonly string[]): string[] => [verb, "--bundle", box.path, ...(form.flags ?? []), ...flags, box.id];
  return {
    box,
    call,
    run: (options = {}) => call(words("run", []), options),
    async create(flags = [], options = {}) {
      const running = await box.start(words("create", ["--pid-file", pidFile(box), ...flags]), as(options));
      const { exitCode, stderr } = await running.ended;
      if (exitCode !== 0) throw new Error(`create ${form.name}: exit status ${exitCode}\n${stderr}`);
      return { running, pid: Number(await readFile(pidFile(box), "utf8")) };
    },
    async [Symbol.asyncDispose]() {
      if (form.caller !== undefined) await call(["delete", "--force", box.id]);
      await box[Symbol.asyncDispose]();
      await other?.[Symbol.asyncDispose]();
    },
  };
}

/** Like merge, but a null stays for the merge with the default config. */
function both(first: JsonObject, second: JsonObject): JsonObject {
  const members = Object.entries(second).map(([key, value]) => {
    const old = first[key];
    return [key, isObject(old) && isObject(value) ? both(old, value) : value] as const;
  });
  return { ...first, ...Object.fromEntries(members) };
}

function pidFile(box: Sandbox): string {
  return join(box.directory, "calls", "pid");
}

function give(path: string, owner: number): void {
  const changed = Bun.spawnSync(["chown", "--recursive", "--no-dereference", `${owner}:${owner}`, path]);
  if (!changed.success) throw new Error(changed.stderr.toString());
}

/** Name below /proc/PID/ns, if it differs, and as an option of unshare(1). */
const FILES: Readonly<Record<string, string>> = { network: "net", mount: "mnt" };

/** A process in new namespaces of these types, which ends with the test. */
export async function holdNamespaces(types: readonly string[]): Promise<{ readonly pid: number } & AsyncDisposable> {
  const flags = types.map((type) => `--${FILES[type] ?? type}`);
  const unshared = Bun.spawn(["unshare", ...flags, "--fork", "--kill-child", "sleep", "infinity"], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  const children = `/proc/${unshared.pid}/task/${unshared.pid}/children`;
  let pid = 0;
  await until("a process holds the namespaces", async () => {
    pid = Number((await readFile(children, "utf8")).trim());
    return pid > 0 && (await readFile(`/proc/${pid}/comm`, "utf8")) === "sleep\n";
  });
  const stop = async (): Promise<void> => {
    process.kill(pid, "SIGKILL");
    await unshared.exited; // it waits for its child, so both are gone then
  };
  return { pid, [Symbol.asyncDispose]: stop };
}
