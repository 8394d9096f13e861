/** podman, as root or as a user, and buildah, on a ground of their own with one runtime as the default. */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCriu } from "../../scripts/unpack-criu.ts";
import type { AtTerminal } from "../support/screen.ts";
import type { Outcome, SpawnOptions } from "../support/spawn.ts";
import { SESSION_USER } from "../support/systemd-ground.ts";
import { type Ground, type OpenGround, onNewGround, succeeded } from "./ground.ts";
import { packBusybox } from "./image.ts";
import { limitSettings } from "./limits.ts";
import type { EngineRuntime } from "./scenarios.ts";
import { groundWithSystemd } from "./systemd.ts";

export interface Podman extends AsyncDisposable {
  readonly ground: Ground;
  call(words: readonly string[], options?: SpawnOptions): Promise<Outcome>;
  /** The same, and it must succeed. Returns its output without the last line feed. */
  must(...words: readonly string[]): Promise<string>;
  atTerminal(words: readonly string[], columns?: number): AtTerminal;
  inspect(container: string, template: string): Promise<string>;
  /** Words that ask the systemd of whoever calls podman. */
  readonly systemctl: readonly string[];
}

export const IMAGE = "localhost/base:latest";

/** Who calls podman, and who makes the cgroups of its containers. */
interface Setting {
  /** Words before a command of the user's. */
  readonly prefix: readonly string[];
  /** Id of the user, and of the group. */
  readonly user: number;
  readonly runtimeDirectory: string;
  readonly cgroupManager: "cgroupfs" | "systemd";
  readonly open?: OpenGround;
}

const asUser = (id: number): string[] => ["setpriv", `--reuid=${id}`, `--regid=${id}`, "--clear-groups"];
const NOBODY = 65534;
const ROOT: Setting = { prefix: [], user: 0, runtimeDirectory: "/run/own", cgroupManager: "cgroupfs" };
/** Everything by a user without privileges. */
const ROOTLESS: Setting = { ...ROOT, prefix: asUser(NOBODY), user: NOBODY };
/** A cgroup in the session: from elsewhere a user's systemd may take no process into its own. */
const SESSION_CGROUP = `/sys/fs/cgroup/user.slice/user-${SESSION_USER}.slice/user@${SESSION_USER}.service/caller`;
const INTO_SESSION = `mkdir -p ${SESSION_CGROUP}; chown ${SESSION_USER} ${SESSION_CGROUP} ${SESSION_CGROUP}/cgroup.procs; echo $$ >${SESSION_CGROUP}/cgroup.procs`;
const SESSION: Setting = {
  prefix: ["sh", "-ec", `${INTO_SESSION}; exec "$@"`, "sh", ...asUser(SESSION_USER)],
  user: SESSION_USER,
  runtimeDirectory: `/run/user/${SESSION_USER}`,
  cgroupManager: "systemd",
  open: groundWithSystemd("v2"),
};

export const openPodman = (runtime: EngineRuntime): Promise<Podman> => openWith(runtime, ROOT);
export const openRootlessPodman = (runtime: EngineRuntime): Promise<Podman> => openWith(runtime, ROOTLESS);
/** The machine's systemd is asked for cgroups. */
export const openSystemdPodman = (runtime: EngineRuntime): Promise<Podman> =>
  openWith(runtime, { ...ROOT, cgroupManager: "systemd", open: groundWithSystemd("v1") });
/** The systemd of the session of a user without privileges is asked for cgroups. */
export const openSessionPodman = (runtime: EngineRuntime): Promise<Podman> => openWith(runtime, SESSION);

function openWith(runtime: EngineRuntime, setting: Setting): Promise<Podman> {
  return onNewGround((ground) => setUp(ground, runtime, setting), setting.open);
}

async function setUp(ground: Ground, runtime: EngineRuntime, { prefix, user, runtimeDirectory, cgroupManager }: Setting): Promise<Podman> {
  const home = join(ground.directory, "home");
  const own = `${home} ${runtimeDirectory}`;
  await ground.must(["sh", "-ec", `mkdir -p ${own}; chmod 700 ${runtimeDirectory}; chown ${user}:${user} ${own}`]);
  const config = join(ground.directory, "containers.conf");
  writeFileSync(config, `[containers]\n${user === 0 ? "" : ROOTLESS_SETTINGS}${limitSettings()}${configOf(runtime, cgroupManager)}`);
  const criu = findCriu();
  const env = {
    PODMAN_IGNORE_CGROUPSV1_WARNING: "1",
    CONTAINERS_CONF: config,
    STORAGE_DRIVER: "vfs",
    HOME: home,
    TMPDIR: home,
    XDG_RUNTIME_DIR: runtimeDirectory,
    ...(criu === undefined ? {} : { PATH: `${criu}:${process.env.PATH}:/usr/sbin:/sbin` }),
  };
  const words = [...prefix, "env", ...Object.entries(env).map(([key, value]) => `${key}=${value}`), "podman"];
  const call: Podman["call"] = (more, options) => ground.call([...words, ...more], options);
  const must: Podman["must"] = async (...more) => succeeded(["podman", ...more], await call(more)).trimEnd();
  const archive = await packBusybox(ground.directory);
  chmodSync(archive, 0o644);
  await must("import", "--quiet", archive, IMAGE);
  return {
    ground,
    call,
    must,
    atTerminal: (more, columns) => ground.atTerminal([...words, ...more], columns),
    inspect: (container, template) => must("inspect", "--format", template, container),
    systemctl: user === 0 ? ["systemctl"] : [...prefix, "env", `XDG_RUNTIME_DIR=${runtimeDirectory}`, "systemctl", "--user"],
    [Symbol.asyncDispose]: () => ground[Symbol.asyncDispose](),
  };
}

/** A container in the background; the word is its name. Removed at the end. */
export async function background(podman: Podman, name: string, flags: readonly string[], ...argv: string[]): Promise<AsyncDisposable> {
  await podman.must("run", "--detach", "--name", name, ...flags, IMAGE, ...(argv.length > 0 ? argv : ["sleep", "1000"]));
  return { [Symbol.asyncDispose]: async () => void (await podman.must("rm", "--force", "--time", "0", name)) };
}

/** A user's network needs slirp4netns, and that is another program's matter; limits need controllers, which cgroup2 lacks where v1 has them. */
const ROOTLESS_SETTINGS = 'netns = "none"\npids_limit = 0\n';

/** What has no default here: which runtime it is, and that the journal takes no events. */
function configOf({ name, path }: EngineRuntime, cgroupManager: string): string {
  return `[engine]
cgroup_manager = "${cgroupManager}"
events_logger = "file"
runtime = ${JSON.stringify(name)}
runtime_supports_json = [${JSON.stringify(name)}]
[engine.runtimes]
${name} = [${JSON.stringify(path)}]
`;
}
