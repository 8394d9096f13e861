/** containerd on a ground of its own, called by ctr: with its shim for runc, and the runtime as the shim's BinaryName. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import type { Outcome, SpawnOptions } from "../support/spawn.ts";
import { LONGER_THAN_ANY_TEST, until } from "../support/until.ts";
import { type Ground, type OpenGround, onNewGround, succeeded } from "./ground.ts";
import { packBusybox } from "./image.ts";
import type { EngineRuntime } from "./scenarios.ts";

export const IMAGE = "example.org/base:1";

export interface Containerd extends AsyncDisposable {
  readonly ground: Ground;
  /** `ctr words…` */
  call(words: readonly string[], options?: SpawnOptions): Promise<Outcome>;
  must(...words: readonly string[]): Promise<string>;
  /** What chooses the runtime in `ctr run` of that container. */
  chosenFor(id: string): readonly string[];
  /** `ctr run flags… IMAGE id argv…` with the runtime. */
  run(flags: readonly string[], id: string, ...argv: string[]): Promise<Outcome>;
  /** Where containerd is called. */
  readonly socket: string;
  /** What the daemon has written to standard error. */
  errors(): Promise<string>;
  /** Words that ask the ground's systemd, if it has one. */
  readonly systemctl: readonly string[];
}

/** Everything but the runtime. */
interface Setting {
  readonly open?: OpenGround;
  /** Options of `ctr run`. */
  readonly optionsFor?: (id: string) => readonly string[];
  /** Lines of containerd's configuration about its plugins. */
  readonly plugins?: (runtime: EngineRuntime) => string;
}

export const openContainerd = (runtime: EngineRuntime, setting: Setting = {}): Promise<Containerd> =>
  onNewGround((ground) => setUp(ground, runtime, setting), setting.open);

const WITHOUT_CRI = 'disabled_plugins = ["io.containerd.grpc.v1.cri"]';

async function setUp(ground: Ground, runtime: EngineRuntime, { optionsFor, plugins }: Setting): Promise<Containerd> {
  const { directory } = ground;
  const config = join(directory, "containerd.toml");
  const socket = join(directory, "containerd.sock");
  const places = `root = "${directory}/containerd"\nstate = "/run/containerd"`;
  writeFileSync(config, `version = 2\n${places}\n${plugins?.(runtime) ?? WITHOUT_CRI}\n[grpc]\naddress = "${socket}"\n`);
  const daemon = await ground.start(["containerd", "--config", config], { deadline: LONGER_THAN_ANY_TEST });
  daemon.ended.catch(() => undefined); // it ends with its ground
  await until(
    "containerd answers",
    async () => (await ground.call(["ctr", "--address", socket, "version"])).exitCode === 0,
    () => daemon.stderr(),
  );
  const call: Containerd["call"] = (words, options) => ground.call(["ctr", "--address", socket, ...words], options);
  const must: Containerd["must"] = async (...words) => succeeded(["ctr", ...words], await call(words)).trimEnd();
  await must("images", "import", await packImage(ground));
  const chosenFor = (id: string): string[] => [
    ...["--runtime", "io.containerd.runc.v2", "--runc-binary", runtime.path],
    ...(optionsFor?.(id) ?? []),
  ];
  return {
    ground,
    chosenFor,
    call,
    must,
    run: (flags, id, ...argv) => call(["run", ...chosenFor(id), ...flags, IMAGE, id, ...argv]),
    socket,
    errors: () => daemon.stderr(),
    systemctl: ["systemctl"],
    [Symbol.asyncDispose]: () => ground[Symbol.asyncDispose](),
  };
}

/** containerd imports no tar of files, so lamina makes an image of it. Returns the archive. */
async function packImage(ground: Ground): Promise<string> {
  const lamina = [...runtimeUnderTest().argv, "--image-root", join(ground.directory, "store"), "image"];
  await ground.must([...lamina, "import", "--quiet", await packBusybox(ground.directory), "base:1"]);
  const archive = join(ground.directory, "image.tar");
  await ground.must([...lamina, "export", "--name", IMAGE, "base:1", archive]);
  return archive;
}

export const hasContainerd = (): boolean => requires("root", "busybox", "containerd", "cgroups");
