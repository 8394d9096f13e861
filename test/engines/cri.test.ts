/**
 * containerd as the kubelet uses it: pods and their containers by the CRI, with a runtime handler as a RuntimeClass names it, in cgroups
 * that systemd makes. Pods share the ground's network, because containerd has none to give them.
 */
import { expect } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TestLayout } from "../support/image-layout.ts";
import { requires } from "../support/requires.ts";
import { until } from "../support/until.ts";
import { type Containerd, hasContainerd, openContainerd } from "./containerd.ts";
import { type CriService, callCri } from "./cri.ts";
import type { Ground } from "./ground.ts";
import { packBusybox } from "./image.ts";
import type { Decoded, Message } from "./protobuf.ts";
import { type EngineRuntime, type Scenarios, testEngine } from "./scenarios.ts";
import { groundWithSystemd, scopesLeft, showUnit } from "./systemd.ts";

const IMAGE = "example.org/waiting:1";
const NAMESPACE = "k8s.io";

interface Cri extends Containerd {
  /** The runtime handler. */
  readonly handler: string;
  readonly logs: string;
  ask(method: string, request: Message, service?: CriService): Promise<Decoded>;
}

/** As docs/engines.md has it, and what this machine needs. */
const pluginsOf = ({ name, path }: EngineRuntime): string => `[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${IMAGE}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "${name}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.${name}]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.${name}.options]
      BinaryName = "${path}"
      SystemdCgroup = true
`;

async function openCri(runtime: EngineRuntime): Promise<Cri> {
  await using opened = new AsyncDisposableStack();
  const containerd = opened.use(await openContainerd(runtime, { open: groundWithSystemd("v1"), plugins: pluginsOf }));
  const ask: Cri["ask"] = (method, request, service = "RuntimeService") => callCri(containerd.socket, service, method, request);
  const logs = join(containerd.ground.directory, "logs");
  mkdirSync(logs);
  const isServed = (): Promise<boolean> => ask("Version", {}).then(Boolean, () => false);
  await until("the CRI is served", isServed, () => containerd.errors()); // it hears of images from then on
  await containerd.must("--namespace", NAMESPACE, "images", "import", await packWaiting(containerd.ground));
  await until("the CRI knows the image", async () => (await ask("ImageStatus", { 1: { 1: IMAGE } }, "ImageService")).has(1));
  opened.move(); // closed by whoever gets it
  return { ...containerd, handler: runtime.name, logs, ask };
}

/** An image whose program does nothing, which is what a pod's first container does. */
async function packWaiting(ground: Ground): Promise<string> {
  const directory = join(ground.directory, "waiting");
  const layout = new TestLayout();
  const archive = readFileSync(await packBusybox(directory));
  const image = layout.image({ layers: [{ archive }], config: { config: { Cmd: ["sleep", "100000"], Env: ["PATH=/bin"] } } });
  layout.entries.push({ ...image, annotations: { "io.containerd.image.name": IMAGE } });
  const tar = new Bun.Archive(Object.fromEntries(layout.files()));
  const path = join(directory, "image.tar");
  await Bun.write(path, await tar.bytes());
  return path;
}

const SLICE = "kubepods-besteffort.slice";
const HOST = 2;
const RUNNING = 1;
const EXITED = 2;

const sandboxOf = (cri: Cri, name: string): Message => ({
  1: { 1: name, 2: `uid-${name}`, 3: "default" },
  3: cri.logs,
  8: { 1: SLICE, 2: { 1: { 1: HOST, 2: 1 } } },
});

interface Pod {
  readonly sandbox: string;
  readonly container: string;
}

/** A pod with one container, which is created. */
async function createPod(cri: Cri, name: string, command: readonly string[], resources: Message = {}): Promise<Pod> {
  const config = sandboxOf(cri, name);
  const sandbox = (await cri.ask("RunPodSandbox", { 1: config, 2: cri.handler })).text(1);
  const linux = { 1: resources, 2: { 3: { 1: HOST, 2: 1 }, 11: true, 15: { 1: 0 } } };
  const container = { 1: { 1: "main" }, 2: { 1: IMAGE }, 3: command, 6: [{ 1: "A", 2: "b" }], 11: `${name}.log`, 15: linux };
  return { sandbox, container: (await cri.ask("CreateContainer", { 1: sandbox, 2: container, 3: config })).text(1) };
}

async function removePod(cri: Cri, { sandbox, container }: Pod): Promise<void> {
  await cri.ask("StopContainer", { 1: container });
  await cri.ask("RemoveContainer", { 1: container });
  await cri.ask("StopPodSandbox", { 1: sandbox });
  await cri.ask("RemovePodSandbox", { 1: sandbox });
}

const statusOf = async (cri: Cri, { container }: Pod): Promise<Decoded> => (await cri.ask("ContainerStatus", { 1: container })).message(1);

const scenarios: Scenarios<Cri> = {
  "a pod by a runtime handler: exec, limits, update, stats, stop, remove": async (cri) => {
    const pod = await createPod(cri, "pod", ["sleep", "1000"], { 1: 100_000, 2: 50_000, 4: 33_554_432 });
    await cri.ask("StartContainer", { 1: pod.container });
    expect((await statusOf(cri, pod)).number(3)).toBe(RUNNING);
    const script =
      "echo $A $(cat /sys/fs/cgroup/memory/memory.limit_in_bytes) $(grep -E 'Seccomp:|NoNewPrivs:' /proc/self/status | cut -f2); exit 3";
    const exec = await cri.ask("ExecSync", { 1: pod.container, 2: ["sh", "-c", script], 3: 20 });
    expect([exec.text(1), exec.text(2), exec.number(3)]).toEqual(["b 33554432 1 2\n", "", 3]);
    const unit = `cri-containerd-${pod.container}.scope`;
    const properties = (): Promise<string[]> => showUnit(cri, unit, "Slice", "MemoryLimit", "CPUQuotaPerSecUSec");
    expect(await properties()).toEqual([SLICE, "33554432", "500ms"]);
    await cri.ask("UpdateContainerResources", { 1: pod.container, 2: { 1: 100_000, 2: 25_000, 4: 67_108_864 } });
    expect(await properties()).toEqual([SLICE, "67108864", "250ms"]);
    const memory = (await cri.ask("ContainerStats", { 1: pod.container })).message(1).message(3).message(2);
    expect(memory.number(1)).toBeGreaterThan(0);
    await removePod(cri, pod);
    expect(await showUnit(cri, unit, "LoadState")).toEqual(["not-found"]);
  },
  "a container that ends: exit code, logs; and one that cannot start": async (cri) => {
    const pod = await createPod(cri, "ends", ["sh", "-c", "echo out; echo err >&2; exit 7"]);
    await cri.ask("StartContainer", { 1: pod.container });
    await until("it has ended", async () => (await statusOf(cri, pod)).number(3) === EXITED);
    expect((await statusOf(cri, pod)).number(7)).toBe(7);
    const lines = (await Bun.file(join(cri.logs, "ends.log")).text()).trim().split("\n");
    expect(lines.map((line) => line.split(" ").slice(1).join(" ")).sort()).toEqual(["stderr F err", "stdout F out"]);
    await removePod(cri, pod);
    const broken = await createPod(cri, "broken", ["missing"]);
    expect(cri.ask("StartContainer", { 1: broken.container })).rejects.toThrow('exec: "missing": executable file not found in $PATH');
    await removePod(cri, broken);
  },
};

const slow: Scenarios<Cri> = {
  "10 pods at once": async (cri) => {
    const pods = await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        const pod = await createPod(cri, `many-${i}`, ["sleep", "1000"]);
        await cri.ask("StartContainer", { 1: pod.container });
        return pod;
      }),
    );
    const states = await Promise.all(pods.map(async (pod) => (await statusOf(cri, pod)).number(3)));
    expect(states).toEqual(pods.map(() => RUNNING));
    await Promise.all(pods.map((pod) => removePod(cri, pod)));
  },
};

const clean: Scenarios<Cri> = {
  "nothing is left behind: no process, scope or cgroup": async (cri) => {
    const left = (): Promise<string[]> => scopesLeft(cri, /^(containerd|ctr)$/, "cri-containerd");
    await until(
      "only containerd runs",
      async () => (await left()).length === 0,
      async () => (await left()).join("\n"),
    );
  },
};

testEngine({
  engine: "containerd's CRI",
  isThere: hasContainerd() && requires("systemd", "systemd-v1"),
  open: openCri,
  scenarios,
  slow,
  last: clean,
});
