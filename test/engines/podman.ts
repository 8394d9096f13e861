/** podman, as root or as a user, and buildah, on a ground of their own with one runtime as the default. */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCriu } from "../../scripts/unpack-criu.ts";
import type { AtTerminal } from "../support/screen.ts";
import type { Outcome, SpawnOptions } from "../support/spawn.ts";
import { type Ground, onNewGround, succeeded } from "./ground.ts";
import { packBusybox } from "./image.ts";
import { limitSettings } from "./limits.ts";
import type { EngineRuntime } from "./scenarios.ts";

export interface Podman extends AsyncDisposable {
  readonly ground: Ground;
  call(words: readonly string[], options?: SpawnOptions): Promise<Outcome>;
  /** The same, and it must succeed. Returns its output without the last line feed. */
  must(...words: readonly string[]): Promise<string>;
  atTerminal(words: readonly string[], columns?: number): AtTerminal;
  inspect(container: string, template: string): Promise<string>;
}

export const IMAGE = "localhost/base:latest";

export function openPodman(runtime: EngineRuntime): Promise<Podman> {
  return openWith(runtime, []);
}

const USER = { id: 65534, name: "nobody" }; // the ground gives it subordinate ids

/** Everything by a user without privileges. */
export function openRootlessPodman(runtime: EngineRuntime): Promise<Podman> {
  return openWith(runtime, ["setpriv", `--reuid=${USER.id}`, `--regid=${USER.id}`, "--clear-groups"]);
}

function openWith(runtime: EngineRuntime, prefix: readonly string[]): Promise<Podman> {
  return onNewGround((ground) => setUp(ground, runtime, prefix));
}

async function setUp(ground: Ground, runtime: EngineRuntime, prefix: readonly string[]): Promise<Podman> {
  const home = join(ground.directory, "home");
  await ground.must([
    "sh",
    "-ec",
    `mkdir -p ${home} /run/own; chmod 700 /run/own; ${prefix.length ? `chown ${USER.id}:${USER.id} ${home} /run/own` : ""}`,
  ]);
  const config = join(ground.directory, "containers.conf");
  writeFileSync(config, `[containers]\n${prefix.length > 0 ? ROOTLESS_SETTINGS : ""}${limitSettings()}${configOf(runtime)}`);
  const criu = findCriu();
  const env = {
    PODMAN_IGNORE_CGROUPSV1_WARNING: "1",
    CONTAINERS_CONF: config,
    STORAGE_DRIVER: "vfs",
    HOME: home,
    TMPDIR: home,
    XDG_RUNTIME_DIR: "/run/own",
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
    [Symbol.asyncDispose]: () => ground[Symbol.asyncDispose](),
  };
}

/** A user's network needs slirp4netns, and that is another program's matter. */
const ROOTLESS_SETTINGS = 'netns = "none"\n';

/** What has no default here: systemd manages no cgroups, and the journal takes no events. */
function configOf({ name, path }: EngineRuntime): string {
  return `[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = ${JSON.stringify(name)}
[engine.runtimes]
${name} = [${JSON.stringify(path)}]
`;
}
