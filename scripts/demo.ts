/**
 * `npm run demo`: builds lamina, makes a bundle from busybox, and takes containers through their life as a shell transcript.
 * Every line after a `$` is a command that is really run. Leaves nothing behind, however it ends.
 */
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import { build } from "./build.ts";
import { requireCompiler } from "./check.ts";
import { changeProcess, type DemoPrograms, makeRootfs } from "./demo-bundle.ts";
import { obtain } from "./requirements.ts";
import { runScript } from "./run-script.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const STOP_DEADLINE = 5000;

interface Demo {
  readonly lamina: string;
  readonly home: string;
  readonly bundle: string;
  readonly programs: DemoPrograms;
  readonly interrupted: AbortSignal;
}

await runScript("demo", async () => {
  if (process.geteuid?.() !== 0) {
    throw new RuntimeError("unsupported", "cannot run the demo: it creates its containers as root", { hint: "try: sudo npm run demo" });
  }
  requireCompiler();
  for (const missing of obtain(["busybox"])) console.error(`${missing}\ngoing on with the tests' static program instead`);
  const interrupted = abortOnSignals();
  const lamina = await build();
  const home = await realpath(await mkdtemp(join(tmpdir(), "lamina-demo-")));
  try {
    const bundle = join(home, "bundle");
    await mkdir(bundle);
    await play({ lamina, home, bundle, programs: await makeRootfs(bundle), interrupted });
  } finally {
    for (const id of ["hello", "web", "one", "two", "three"])
      Bun.spawnSync([lamina, "--root", "state", "delete", "--force", id], { cwd: home });
    await rm(home, { recursive: true, force: true });
  }
  return 0;
});

async function play(demo: Demo): Promise<void> {
  say(`lamina is ${demo.lamina}; the root file system is ${demo.programs.rootfs}`);
  await shell(demo, "lamina --version");
  await shell(demo, "lamina spec --bundle bundle");
  await edit(demo, demo.programs.greeting);
  say("What create would do, and which value of config.json asks for it (a part of it):");
  await shell(demo, 'lamina explain --bundle bundle | grep --after-context 8 "^init: root file system"');
  say("A container from start to end:");
  await shell(demo, "lamina --root state run --bundle bundle hello");
  say("The same in steps, as an engine takes them, with a program that stays:");
  await edit(demo, demo.programs.service);
  await shell(demo, "lamina --root state create --bundle bundle web");
  await shell(demo, "lamina --root state state web");
  await shell(demo, "lamina --root state start web");
  await shell(demo, "lamina --root state list");
  await shell(demo, "lamina --root state kill web KILL");
  await awaitStop(demo, "web");
  await shell(demo, "lamina --root state list");
  await shell(demo, "lamina --root state delete web");
  await shell(demo, "lamina --root state list --quiet");
  say("The container, its cgroup and its state are gone.");
  await playLayers(demo);
}

/** The same files as an image: its layer is shared, and each container's writes are its own. */
async function playLayers(demo: Demo): Promise<void> {
  const { change, show } = demo.programs;
  const lamina = "lamina --image-root images --root state";
  say("A root file system becomes an image, its layer shared by every container of it:");
  await shell(demo, "tar --create --file base.tar --directory bundle/rootfs .");
  await shell(demo, `${lamina} image import base.tar base:1`);
  await shell(demo, `${lamina} run --image base:1 one -- ${change}`);
  await shell(demo, `${lamina} run --image base:1 two -- ${show}`);
  say("What the first one wrote was copied up into its own writable layer, and is still there when it runs again:");
  await shell(demo, `${lamina} diff one`);
  await shell(demo, `${lamina} run --bundle images/bundles/one one`);
  say("That layer becomes an image on top of the base:");
  await shell(demo, `${lamina} commit one derived:1`);
  await shell(demo, `${lamina} run --rm --image derived:1 three -- ${show}`);
  await shell(demo, `${lamina} image tree`);
  await shell(demo, `${lamina} image df`);
}

function say(text: string): void {
  console.log(`\n# ${text}`);
}

async function edit({ bundle }: Demo, args: readonly string[]): Promise<void> {
  await changeProcess(bundle, args);
  console.log(`# bundle/config.json now has terminal = false, args = ${JSON.stringify(args)}`);
}

/** Runs a command line like a shell. */
async function shell({ lamina, home, interrupted }: Demo, line: string): Promise<void> {
  interrupted.throwIfAborted();
  console.log(`$ ${line}`);
  const env = { ...process.env, PATH: `${dirname(lamina)}:${process.env.PATH ?? ""}` };
  const run = Bun.spawn(["sh", "-c", line], { cwd: home, env, stdio: ["ignore", "inherit", "inherit"] });
  const status = await run.exited;
  interrupted.throwIfAborted();
  if (status !== 0) throw new RuntimeError("integrity", `"${line}" exited with ${status}`);
}

/** `kill` returns before the container has stopped. */
async function awaitStop({ lamina, home, interrupted }: Demo, id: string): Promise<void> {
  for (const deadline = Date.now() + STOP_DEADLINE; Date.now() < deadline; ) {
    interrupted.throwIfAborted();
    const state: unknown = JSON.parse(Bun.spawnSync([lamina, "--root", "state", "state", id], { cwd: home }).stdout.toString());
    if (typeof state === "object" && state !== null && "status" in state && state.status === "stopped") return;
  }
  throw new RuntimeError("state", `container ${id} has not stopped within ${STOP_DEADLINE} ms of SIGKILL`);
}

function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) process.on(signal, () => controller.abort(new RuntimeError("state", `interrupted by ${signal}`)));
  return controller.signal;
}
