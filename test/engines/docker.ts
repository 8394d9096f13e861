/** dockerd with its own containerd, on a ground of its own, with one runtime as the default. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { JsonObject } from "../support/json.ts";
import { buildPlugin, requires } from "../support/requires.ts";
import type { Outcome, SpawnOptions } from "../support/spawn.ts";
import { LONGER_THAN_ANY_TEST, until } from "../support/until.ts";
import { type Ground, type OpenGround, onNewGround, succeeded } from "./ground.ts";
import { packBusybox } from "./image.ts";
import type { EngineRuntime } from "./scenarios.ts";

export interface Docker extends AsyncDisposable {
  readonly ground: Ground;
  /** Name of the runtime, as `--runtime` takes it. */
  readonly runtime: string;
  /** `docker words…` */
  call(words: readonly string[], options?: SpawnOptions): Promise<Outcome>;
  /** The same, and it must succeed. Returns its output without the last line feed. */
  must(...words: readonly string[]): Promise<string>;
  /** A value of `docker inspect`. */
  inspect(container: string, template: string): Promise<string>;
  /** Words that ask the ground's systemd, if it has one. */
  readonly systemctl: readonly string[];
  /** Ends dockerd, not its containers, and starts it again. */
  restart(): Promise<void>;
}

/** The image with busybox that all containers are made of. */
export const IMAGE = "base";
export const hasDocker = (): boolean => requires("root", "busybox", "docker", "cgroups");

/** `config` is what daemon.json says besides. */
export function openDocker(runtime: EngineRuntime, config: JsonObject = {}, open?: OpenGround): Promise<Docker> {
  return onNewGround((ground) => setUp(ground, runtime, config), open);
}

async function setUp(ground: Ground, runtime: EngineRuntime, config: JsonObject): Promise<Docker> {
  writeFileSync(join(ground.directory, "daemon.json"), JSON.stringify({ ...configOf(ground, runtime), ...config }));
  const call: Docker["call"] = (words, options) => ground.call(["docker", ...words], options);
  const must: Docker["must"] = async (...words) => succeeded(["docker", ...words], await call(words)).trimEnd();
  addPlugin(ground);
  await startDaemon(ground);
  await must("import", await packBusybox(ground.directory), IMAGE);
  return {
    ground,
    runtime: nameOf(runtime),
    call,
    must,
    inspect: (container, template) => must("inspect", "--format", template, container),
    systemctl: ["systemctl"],
    restart: async () => {
      await ground.must(["sh", "-ec", `kill $(cat ${PID_FILE}); while [ -e ${PID_FILE} ]; do sleep 0.1; done`]);
      await startDaemon(ground);
    },
    [Symbol.asyncDispose]: () => ground[Symbol.asyncDispose](),
  };
}

/** A container in the background; the word is its name. Removed at the end. */
export async function background(docker: Docker, name: string, flags: readonly string[], ...argv: string[]): Promise<AsyncDisposable> {
  await docker.must("run", "--detach", "--name", name, ...flags, IMAGE, ...(argv.length > 0 ? argv : ["sleep", "1000"]));
  return { [Symbol.asyncDispose]: async () => void (await docker.must("rm", "--force", name)) };
}

const PID_FILE = "/run/docker.pid";

/** Where the client looks for plugins, below HOME. */
function addPlugin({ directory }: Ground): void {
  const plugin = buildPlugin();
  if (plugin === undefined) return;
  const plugins = join(directory, ".docker/cli-plugins");
  mkdirSync(plugins, { recursive: true });
  symlinkSync(plugin, join(plugins, basename(plugin)));
}

/** dockerd knows runc itself, and by a path of its own. */
const nameOf = ({ name }: EngineRuntime): string => (name === "runc" ? "runc" : "lamina");

function configOf({ directory }: Ground, runtime: EngineRuntime): JsonObject {
  return {
    "data-root": join(directory, "docker"),
    "exec-root": "/run/docker",
    pidfile: PID_FILE,
    "live-restore": true,
    ...(runtime.name === "runc" ? {} : { runtimes: { lamina: { path: runtime.path } } }),
    "default-runtime": nameOf(runtime),
  };
}

async function startDaemon(ground: Ground): Promise<void> {
  const argv = ["dockerd", "--config-file", join(ground.directory, "daemon.json")];
  const daemon = await ground.start(argv, { deadline: LONGER_THAN_ANY_TEST });
  daemon.ended.catch(() => undefined); // it ends with its ground
  const answers = async (): Promise<boolean> => (await ground.call(["docker", "version"])).exitCode === 0;
  await until("dockerd answers", answers, () => daemon.stderr());
}
