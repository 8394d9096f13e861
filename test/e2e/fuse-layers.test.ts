/** What is special about fuse-overlayfs: its server beside the container, when it ends, and what overlay cannot do. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { remainingServers, serversOf } from "../support/fuse-servers.ts";
import type { JsonObject } from "../support/json.ts";
import { type LayeredRecipe, layeredSandbox } from "../support/layered.ts";
import { MOUNT_OVERLAY } from "../support/mount-overlay.ts";
import { requires } from "../support/requires.ts";
import type { Sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "busybox", "fuse-overlayfs", "fuse-device");
const FUSE = { driver: "fuse-overlayfs" };
const MAPPINGS = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
const USER_NAMESPACE = {
  linux: {
    namespaces: ["user", "mount", "pid", "ipc", "uts", "network"].map((type) => ({ type })),
    uidMappings: MAPPINGS,
    gidMappings: MAPPINGS,
  },
};

/** A bundle for fuse-overlayfs. In the end nothing is left of its containers, and no server. */
async function withBox(recipe: LayeredRecipe, use: (box: Sandbox) => Promise<void>): Promise<void> {
  await using box = await layeredSandbox({ ...recipe, file: { ...FUSE, ...recipe.file } });
  try {
    await use(box);
  } finally {
    await box.call(["delete", "--force", box.id]);
    expect(await remainingServers(box.directory)).toEqual([]);
  }
}

function run(box: Sandbox, options?: Parameters<Sandbox["call"]>[1]) {
  return box.call(["run", "--bundle", box.path, box.id], options);
}

async function serverOf(box: Sandbox): Promise<number> {
  const [pid, ...others] = serversOf(box.directory);
  if (pid === undefined || others.length > 0) throw new Error(`${box.id} has not one server but ${others.length && others.length + 1}`);
  return pid;
}

test.if(possible).each([
  ["as root", {}],
  ["in a user namespace", USER_NAMESPACE],
])("the server is no part of the container, and keeps nothing of its caller: %s", async (_, config) => {
  await withBox({ script: "true", config }, async (box) => {
    await box.create();
    const pid = await serverOf(box);
    const of = (name: string, process: number | string = "self"): string => readlinkSync(`/proc/${process}/${name}`);
    for (const name of ["ns/mnt", "ns/pid", "ns/user"]) expect([name, of(name, pid)]).toEqual([name, of(name)]);
    expect(readFileSync(`/proc/${pid}/cgroup`, "utf8")).toBe(readFileSync("/proc/self/cgroup", "utf8"));
    expect(of("cwd", pid)).toBe("/");
    const [, , , , , session] = readFileSync(`/proc/${pid}/stat`, "utf8").split(" ");
    expect(session).toBe(String(pid));
    const open = readdirSync(`/proc/${pid}/fd`).map((fd) => of(`fd/${fd}`, pid));
    expect(open.slice(0, 2)).toEqual(["/dev/null", "/dev/null"]);
    const own = [/^\/dev\/(null|fuse)$/, /^pipe:/]; // pipes: its stderr, which nobody reads any more, and its buffer
    const known = (path: string): boolean => path.startsWith(`${box.path}/`) || own.some((pattern) => pattern.test(path));
    expect(open.filter((path) => !known(path))).toEqual([]);
    expect(readFileSync(`/proc/${pid}/environ`, "utf8")).toBe("");
  });
});

test.if(possible)("it ends with a container that was never started, was killed, or could not be created", async () => {
  await withBox({ script: "sleep 1000" }, async (box) => {
    await box.create();
    await box.must(["delete", "--force", box.id]);
    expect(await remainingServers(box.directory)).toEqual([]);
    await box.create();
    await box.must(["start", box.id]);
    process.kill(Number((await box.state()).pid), "SIGKILL");
    await box.reaches("stopped");
    expect(await remainingServers(box.directory)).toEqual([]);
    await box.must(["delete", box.id]);
  });
  await withBox({ script: "true", config: { mounts: [{ destination: "/x", source: "/nonexistent", options: ["bind"] }] } }, async (box) => {
    expect((await run(box)).stderr).toContain("no such file or directory");
    expect(await remainingServers(box.directory)).toEqual([]);
  });
});

const MOMENTS = 25;

test.if(possible)(`it ends when create is killed at any of ${MOMENTS} moments`, async () => {
  await withBox({ script: "true" }, async (box) => {
    const words = ["create", "--bundle", box.path, box.id];
    const begin = performance.now();
    await box.create();
    const duration = performance.now() - begin;
    for (let moment = 0; moment < MOMENTS; moment++) {
      await box.must(["delete", "--force", box.id]);
      const creating = await box.start(words);
      const end = performance.now() + (duration * moment) / MOMENTS;
      while (performance.now() < end); // the wait is the experiment
      creating.kill("SIGKILL");
      await creating.ended;
      await box.call(["delete", "--force", box.id]);
      expect({ moment, left: await remainingServers(box.directory) }).toEqual({ moment, left: [] });
    }
  });
});

test.if(possible)("a container whose server is killed cannot go on, and can be deleted", async () => {
  await withBox({ script: "while true; do cat /etc/group >/dev/null || exit 7; done" }, async (box) => {
    await box.create();
    await box.must(["start", box.id]);
    process.kill(await serverOf(box), "SIGKILL");
    await box.reaches("stopped");
    await box.must(["delete", box.id]);
    expect(box.leftovers()).toEqual([]);
  });
});

test.if(possible)("a memory limit of the container leaves the server alone", async () => {
  const layers = [Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`many/${i}`, `${i}\n`]))];
  const script = "cat /many/* | wc -l; for i in 1 2 3; do dd if=/dev/zero of=/big bs=64k count=64 2>/dev/null; done; ls /many | wc -l";
  const config = { linux: { resources: { memory: { limit: 8 << 20 } } } };
  await withBox({ script, layers, config }, async (box) => {
    expect(await run(box)).toEqual({ exitCode: 0, stdout: "400\n400\n", stderr: "" });
  });
});

test.if(possible)("with a user namespace, layers belong to its ids on the host", async () => {
  const script = "stat -c '%n %u' /etc/group; echo x >/new; stat -c %u /new; rm /etc/group; mkdir /d; chown 5 /d; ls -n / | grep -w d";
  const capabilities = Object.fromEntries(["bounding", "effective", "permitted"].map((set) => [set, ["CAP_CHOWN"]]));
  await withBox({ script, config: { ...USER_NAMESPACE, process: { capabilities } } }, async (box) => {
    expect(Bun.spawnSync(["chown", "-R", "100000:100000", join(box.path, "layers")]).success).toBe(true);
    expect((await run(box)).stdout).toMatch(/^\/etc\/group 0\n0\nd.* 5 +0 .* d\n$/);
    const owners = Bun.spawnSync(["stat", "-c", "%u", join(box.path, "upper/new"), join(box.path, "upper/d")]).stdout.toString();
    expect(owners).toBe("100000\n100005\n");
  });
});

test.if(possible)("with idmap their owners are the container's ids, on any kernel", async () => {
  const script = "stat -c %u /etc/group; echo x >/new; chown 1000 /new; stat -c %u /new";
  const capabilities = Object.fromEntries(["bounding", "effective", "permitted"].map((set) => [set, ["CAP_CHOWN"]]));
  const config = { ...USER_NAMESPACE, process: { capabilities } };
  await withBox({ script, config, file: { options: { idmap: true } } }, async (box) => {
    expect(await run(box)).toEqual({ exitCode: 0, stdout: "0\n1000\n", stderr: "" });
    expect(Bun.spawnSync(["stat", "-c", "%u", join(box.path, "upper/new")]).stdout.toString()).toBe("1000\n");
    expect((await box.must(["create", "--bundle", box.path, box.id])).exitCode).toBe(0);
    expect((await box.must(["diff", box.id])).stdout).toBe("A /new\n");
  });
});

test.if(possible)("500 layers", async () => {
  const layers = Array.from({ length: 499 }, (_, i) => ({ [`n/${i}`]: "", last: `${i}` }));
  await withBox({ layers, script: "ls /n | wc -l; cat /last" }, async (box) => {
    expect(await run(box)).toEqual({ exitCode: 0, stdout: "499\n498", stderr: "" });
  });
});

test.if(possible)("a volatile layer can be used again", async () => {
  await withBox({ script: "echo x >>/count; wc -l </count", file: { options: { volatile: true } } }, async (box) => {
    for (const count of [1, 2]) expect(await run(box)).toEqual({ exitCode: 0, stdout: `${count}\n`, stderr: "" });
  });
});

test.if(possible)("layers with odd names are taken, and one that it cannot take is refused with its place", async () => {
  const file = { upper: "up,per\\", layers: ["layers/base", "layers/a,b", "layers/\\,c \\040"] };
  await withBox({ script: "ls /one /two; echo x >/new", layers: [{ "one/1": "" }, { "two/2": "" }], file }, async (box) => {
    await rename(join(box.path, "layers/1"), join(box.path, "layers/a,b"));
    await rename(join(box.path, "layers/2"), join(box.path, "layers/\\,c \\040"));
    expect(await run(box)).toEqual({ exitCode: 0, stdout: "/one:\n1\n\n/two:\n2\n", stderr: "" });
    expect(await readFile(join(box.path, "up,per\\/new"), "utf8")).toBe("x\n");
    await rename(join(box.path, "layers/a,b"), join(box.path, "layers/a:b"));
    await writeLayers(box, { ...FUSE, layers: ["layers/base", "layers/a:b"] });
    const { exitCode, stderr } = await run(box);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(/takes no layer with a colon in its name: .*\n {2}layers\.json:1:\d+ \/layers\/1\n {2}hint: /),
    });
  });
});

test.if(possible).each([
  [
    "fails",
    "#!/bin/sh\necho cannot read upper dir: no luck >&2\nexit 1\n",
    /ended before it showed the layers \(cannot read upper dir: no luck\)/,
  ],
  ["serves nothing", "#!/bin/sh\n", /ended before it showed the layers\n/],
  ["is no program", "no program", /cannot start .*\/fuse-overlayfs: exec format error/],
])("a server that %s is an error with its message", async (_, text, wanted) => {
  await withBox({ script: "true" }, async (box) => {
    const bin = join(box.directory, "bin");
    await mkdir(bin);
    await writeFile(join(bin, "fuse-overlayfs"), text);
    await chmod(join(bin, "fuse-overlayfs"), 0o755);
    const { exitCode, stderr } = await run(box, { env: { PATH: `${bin}:${process.env.PATH}` } });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringMatching(wanted) });
    expect(stderr).toMatch(/\n {2}layers\.json:\d+:\d+ \/layers\n/);
    expect(box.leftovers()).toEqual([]);
  });
});

test.if(possible)("create and check say which program is missing", async () => {
  await withBox({ script: "true" }, async (box) => {
    const wanted = /fuse-overlayfs is not in PATH\n(.*\n)? {2}hint: install the package "fuse-overlayfs"/;
    const options = { env: { PATH: "relative:/nonexistent" } };
    expect(await run(box, options)).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(wanted) });
    expect(await box.call(["check", "--bundle", box.path], options)).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(wanted) });
    expect((await box.must(["check", "--bundle", box.path])).stdout).toBe(`ok: ${box.path} can run here\n`);
  });
});

/** Holds the lock of the box's server until told to stop. */
async function holdLock(box: Sandbox) {
  const words = ["flock", "-x", "-F", join(box.path, "work/server.lock"), "sh", "-c", "echo held; read go"];
  const holder = Bun.spawn(words, { stdio: ["pipe", "pipe", "inherit"] });
  for await (const chunk of holder.stdout) if (chunk.length > 0) break;
  return {
    async release() {
      holder.stdin.write("go\n");
      await holder.stdin.end();
      expect(await holder.exited).toBe(0);
    },
  };
}

/** The process waiting for that lock. /proc/locks, proc_locks(5). */
async function waiterOf(box: Sandbox): Promise<number> {
  const inode = Bun.spawnSync(["stat", "-c", "%i", join(box.path, "work/server.lock")])
    .stdout.toString()
    .trim();
  const waiting = new RegExp(`-> FLOCK +ADVISORY +WRITE +(\\d+) \\S+:${inode} `);
  const pid = (): number => Number(waiting.exec(readFileSync("/proc/locks", "utf8"))?.[1] ?? 0);
  await until("a server waits for the lock", () => pid() > 0);
  return pid();
}

test.if(possible)("a server waits until the previous one on its layer has exited", async () => {
  await withBox({ script: "echo x >>/count; wc -l </count" }, async (box) => {
    await run(box);
    const holder = await holdLock(box);
    const running = await box.start(["run", "--bundle", box.path, box.id]);
    await waiterOf(box);
    expect(await running.stdout()).toBe("");
    await holder.release();
    expect(await running.ended).toEqual({ exitCode: 0, stdout: "2\n", stderr: "" });
  });
});

test.if(possible)("it does not wait forever", async () => {
  await withBox({ script: "echo x >>/count; wc -l </count" }, async (box) => {
    await run(box);
    const holder = await holdLock(box);
    const running = await box.start(["run", "--bundle", box.path, box.id]);
    process.kill(await waiterOf(box), "SIGALRM"); // as after ten seconds
    const { exitCode, stderr } = await running.ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringMatching(/fuse-overlayfs: device or resource busy\n/) });
    expect(stderr).toContain("\n  hint: another one still serves this writable layer: something keeps the mount namespace");
    await holder.release();
  });
});

/** Words to put before a call, for which `on` in the box is an overlay. */
async function overlayIn({ directory, rootfs }: Sandbox): Promise<string[]> {
  const [up, work, on] = ["up", "wk", "on"].map((name) => join(directory, name));
  for (const path of [up, work, on]) if (path !== undefined) await mkdir(path);
  const mount = `${MOUNT_OVERLAY} lowerdir=${rootfs},upperdir=${up},workdir=${work} none ${on} && exec "$@"`;
  return ["unshare", "--mount", "--propagation", "private", "sh", "-c", mount, "sh"];
}

test.if(possible).each([
  ["that names it", FUSE, /: fuse-overlayfs is not in PATH\n/],
  ["that names no driver", {}, / on overlay, and fuse-overlayfs is not in PATH\n/],
])("a writable layer may lie on overlay, where whiteouts are files, and diff reads these: layers.json %s", async (_, named, missing) => {
  const script = "echo new >/new; rm /etc/gone; rm -r /dir; mkdir /dir; echo y >/dir/y; mv /etc/who /etc/me; rm -r /old";
  const layers = [{ "etc/gone": "", "etc/who": "", "dir/x": "", "dir/sub/z": "", "old/a": "" }];
  await withBox({ script, layers }, async (box) => {
    const prefix = await overlayIn(box);
    await writeLayers(box, { ...named, layers: ["layers/base", "layers/1"], upper: join(box.directory, "on/upper") });
    await box.must(["run", "--keep", "--bundle", box.path, box.id], { prefix });
    expect(await remainingServers(box.directory)).toEqual([]);
    const marks = await Array.fromAsync(new Bun.Glob("**/.wh.*").scan({ cwd: join(box.directory, "up/upper"), dot: true }));
    expect(marks.sort()).toEqual([".wh.old", "dir/.wh..wh..opq", "etc/.wh.gone", "etc/.wh.who"]);
    const { stdout } = await box.must(["diff", box.id], { prefix });
    expect(stdout.trim().split("\n")).toEqual([
      ...["C /dir", "D /dir/sub", "D /dir/x", "A /dir/y", "C /etc", "D /etc/gone", "A /etc/me", "D /etc/who", "A /new", "D /old"],
    ]);
    await box.must(["delete", box.id]);
    expect(await run(box, { prefix: [...prefix, "env", "PATH=/nonexistent"] })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(missing),
    });
  });
});

function writeLayers(box: Sandbox, members: JsonObject): Promise<void> {
  return writeFile(join(box.path, "layers.json"), JSON.stringify({ schemaVersion: 1, ...members }));
}
