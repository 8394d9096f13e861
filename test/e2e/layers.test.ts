/** layers.json: a container's root assembled from directories that others use at the same time. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type LayeredRecipe, layeredSandbox } from "../support/layered.ts";
import { MOUNT_OVERLAY } from "../support/mount-overlay.ts";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "busybox");
const USER_NAMESPACE = {
  linux: {
    namespaces: [{ type: "user" }, { type: "mount" }, { type: "pid" }, { type: "ipc" }, { type: "uts" }, { type: "network" }],
    uidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
    gidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
  },
};

/** The container's output; nothing of it may be left on the host. */
async function output(recipe: LayeredRecipe): Promise<string> {
  await using box = await layeredSandbox(recipe);
  const { stdout } = await box.must(["run", "--bundle", box.path, box.id]);
  expect(box.leftovers()).toEqual([]);
  return stdout;
}

test.if(possible)("the top layer's file is seen, and a whiteout hides one of a lower layer", async () => {
  const seen = await output({
    layers: [{ "etc/who": "one\n", "etc/gone": "x", "dir/a": "" }, { "etc/who": "two\n", "etc/.wh.gone": "" }, { "dir/b": "" }],
    script: "cat /etc/who; ls /etc /dir",
  });
  expect(seen).toBe("two\n/dir:\na\nb\n\n/etc:\ngroup\npasswd\nwho\n");
});

test.if(possible)("a change lands in the writable layer and leaves the layers as they were", async () => {
  await using box = await layeredSandbox({
    layers: [{ "etc/who": "one\n", "etc/gone": "x" }],
    script: "echo changed >/etc/who; rm /etc/gone; echo new >/new; cat /etc/who",
  });
  expect((await box.must(["run", "--bundle", box.path, box.id])).stdout).toBe("changed\n");
  const text = (name: string): Promise<string> => readFile(join(box.path, name), "utf8");
  expect([await text("layers/1/etc/who"), await text("layers/1/etc/gone")]).toEqual(["one\n", "x"]);
  expect([await text("upper/etc/who"), await text("upper/new")]).toEqual(["changed\n", "new\n"]);
  expect(Bun.spawnSync(["stat", "-c", "%F %t,%T", join(box.path, "upper/etc/gone")]).stdout.toString()).toBe(
    "character special file 0,0\n",
  );
  expect(await Array.fromAsync(new Bun.Glob("**").scan(box.rootfs))).toEqual([]);
});

test.if(possible)("what was written persists across delete and create, even if the writable layer is volatile", async () => {
  for (const file of [{}, { options: { volatile: true } }]) {
    await using box = await layeredSandbox({ file, script: "echo x >>/count; wc -l </count" });
    const runs = [];
    for (let i = 0; i < 3; i++) runs.push((await box.must(["run", "--bundle", box.path, box.id])).stdout.trim());
    expect(runs).toEqual(["1", "2", "3"]);
  }
});

test.if(possible)("two containers share layers at the same time, and neither sees what the other writes", async () => {
  const script = "echo changed >/etc/who; sleep 1000";
  await using first = await layeredSandbox({ script, layers: [{ "etc/who": "one\n" }] });
  await using second = await layeredSandbox({ script, file: { layers: ["base", "1"].map((name) => join(first.path, "layers", name)) } });
  const mine = [first, second].map(({ path }) => join(path, "upper/etc/who"));
  for (const box of [first, second]) {
    await box.create();
    await box.must(["start", box.id]);
  }
  await until("both have written", async () => (await Promise.all(mine.map(textOrNone))).every((text) => text === "changed\n"));
  expect([await first.status(), await second.status()]).toEqual(["running", "running"]);
  expect(await textOrNone(join(first.path, "layers/1/etc/who"))).toBe("one\n");
});

test.if(possible)("a writable layer in use is refused, and free once its container has stopped", async () => {
  await using first = await layeredSandbox({ script: "sleep 1000" });
  await using second = await layeredSandbox({ script: "echo two >/new", file: { upper: join(first.path, "upper") } });
  await first.create();
  const run = ["run", "--bundle", second.path, second.id];
  const refused = await second.call(run);
  expect(refused).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`${first.path}/upper: container ${first.id} uses it\n  layers.json:`),
  });
  expect(second.leftovers()).toEqual([]);
  await first.must(["start", first.id]);
  expect((await second.call(run)).exitCode).toBe(1);
  await first.must(["kill", first.id, "KILL"]);
  await first.reaches("stopped");
  await second.must(run);
  expect(await readFile(join(first.path, "upper/new"), "utf8")).toBe("two\n");
});

test.if(possible)("of eight containers that want a writable layer at once, one gets it", async () => {
  await using box = await layeredSandbox({ script: "sleep 1000" });
  const ids = Array.from({ length: 8 }, (_, i) => `${box.id}-${i}`);
  const outcomes = await Promise.all(ids.map((id) => box.call(["create", "--bundle", box.path, id])));
  const refusals = outcomes.filter(({ exitCode }) => exitCode !== 0);
  const others = refusals.map(({ stderr }) => stderr).filter((stderr) => !/cannot use writable layer .* uses it\n/.test(stderr));
  expect({ refusals: refusals.length, others }).toEqual({ refusals: 7, others: [] });
  for (const id of ids) await box.must(["delete", "--force", id]);
});

test.if(possible).each([
  ["nothing", ""],
  ["half a name", '{"root":"/run'],
  ["a container that is gone", '{"root":"/nonexistent","id":"a","created":"2020-01-01T00:00:00.000Z"}'],
])("a lock file with %s keeps nobody out", async (_, text) => {
  await using box = await layeredSandbox({ script: "echo x >/new" });
  await writeFile(join(box.path, "upper.lock"), text);
  await box.must(["run", "--bundle", box.path, box.id]);
  expect(await readFile(join(box.path, "upper/new"), "utf8")).toBe("x\n");
});

async function textOrNone(path: string): Promise<string> {
  return (await Bun.file(path).exists()) ? Bun.file(path).text() : "";
}

test.if(possible)("without a writable layer nothing can be written: one layer, and several", async () => {
  const script = "echo x >/new; ls -d /etc";
  const file = { options: { readonly: true } };
  for (const layers of [[], [{ "a/b": "" }]]) {
    await using box = await layeredSandbox({ script, file, layers });
    const { stdout, stderr, exitCode } = await box.call(["run", "--bundle", box.path, box.id]);
    expect({ stdout, stderr, exitCode }).toEqual({
      stdout: "/etc\n",
      stderr: expect.stringContaining("Read-only file system"),
      exitCode: 0,
    });
    expect(await Bun.file(join(box.path, "upper.lock")).exists()).toBe(false);
  }
});

test.if(possible)("the new root has owner and mode of the top layer", async () => {
  const script = "stat -c '%a %u:%g' /";
  await using box = await layeredSandbox({ script, layers: [{ a: "" }] });
  Bun.spawnSync(["chmod", "0751", join(box.path, "layers/1")]);
  Bun.spawnSync(["chown", "7:8", join(box.path, "layers/1")]);
  expect((await box.must(["run", "--bundle", box.path, box.id])).stdout).toBe("751 7:8\n");
});

test.if(possible).each([
  ["as root", {}],
  ["in a user namespace", USER_NAMESPACE],
])("500 layers, %s", async (_, config) => {
  const layers = Array.from({ length: 499 }, (_, i) => ({ [`n/${i}`]: "", last: `${i}` }));
  expect(await output({ layers, config, script: "ls /n | wc -l; cat /last; : >/dev/null" })).toBe("499\n498");
});

test.if(possible)("501 layers are refused with the place of the list, and nothing is started", async () => {
  await using box = await layeredSandbox({ script: "", file: { layers: Array.from({ length: 501 }, () => "layers/base") } });
  const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(/there are 501, and the kernel takes no more than 500\n {2}layers\.json:3:\d+ \/layers\n/),
  });
  expect(await Bun.file(join(box.path, "upper.lock")).exists()).toBe(false);
});

test.if(possible && requires("mapped-layers"))("the ids of layers and of what is written can be those of the container", async () => {
  await using box = await layeredSandbox({
    script: "id -u; stat -c %u /bin/busybox; echo x >/new; chown 1000 /new; stat -c %u /new",
    file: { options: { idmap: true } },
    config: {
      ...USER_NAMESPACE,
      process: { capabilities: Object.fromEntries(["bounding", "effective", "permitted"].map((set) => [set, ["CAP_CHOWN"]])) },
    },
  });
  expect((await box.must(["run", "--bundle", box.path, box.id])).stdout).toBe("0\n0\n1000\n");
  expect(Bun.spawnSync(["stat", "-c", "%u", join(box.path, "upper/new")]).stdout.toString()).toBe("1000\n");
});

test.if(possible)("without that option they are the host's", async () => {
  expect(await output({ script: "stat -c %u /bin/busybox", config: USER_NAMESPACE })).toBe("65534\n");
});

test.if(possible).each([
  ["at the top", ["layers/base", "layers/none"], "5:5 /layers/1"],
  ["at the bottom", ["layers/none", "layers/base"], "4:5 /layers/0"],
  ["alone", ["layers/none"], "4:5 /layers/0"],
])("a layer that is not there is an error with its place in layers.json: %s", async (_, layers, place) => {
  await using box = await layeredSandbox({ script: "", file: { layers } });
  const { exitCode, stderr } = await box.call(["create", "--bundle", box.path, box.id]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("/layers/none: no such file or directory\n") });
  expect(stderr).toContain(`\n  layers.json:${place}\n`);
  expect(stderr).toContain("\n  hint: a layer is a directory, absolute or relative to the bundle\n");
  expect(box.leftovers()).toEqual([]);
});

test.if(possible && requires("overlay-layers"))("what the kernel says beside an errno is in the error", async () => {
  await using box = await layeredSandbox({ script: "", file: { upper: "/sys/kernel/none" } });
  await using over = await layeredSandbox({ script: "", layers: [{}] });
  const script = `${MOUNT_OVERLAY} lowerdir=${over.path}/layers/base:${over.path}/layers/1,upperdir=${over.path}/rootfs,workdir=${over.host} none ${over.path}/layers/1 && exec "$@"`;
  await rm(join(over.host, "probe"));
  await writeFile(
    join(box.path, "layers.json"),
    JSON.stringify({ schemaVersion: 1, layers: ["layers/base"], driver: "overlay", upper: `${over.path}/layers/1/up` }),
  );
  const prefix = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"];
  const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id], { prefix });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(/invalid argument \(overlay: .* not supported as upperdir\)/),
  });
  expect(stderr).toMatch(/\n {2}layers\.json:1:\d+ \/upper\n {2}kernel: fsconfig\(2\) gave EINVAL\n/);
});

test.if(possible)("check reports every missing layer, but not a program that is in one", async () => {
  await using box = await layeredSandbox({ script: "", file: { layers: ["layers/none", "layers/base", "config.json"] } });
  const { stdout, exitCode } = await box.call(["check", "--format", "json", "--bundle", box.path]);
  const problems = JSON.parse(stdout).problems.map(
    ({ location, pointer, problem }: Record<string, string>) => `${location} ${pointer} ${problem}`,
  );
  expect({ exitCode, problems }).toEqual({
    exitCode: 1,
    problems: [
      `layers.json:4:5 /layers/0 there is no ${box.path}/layers/none`,
      `layers.json:6:5 /layers/2 ${box.path}/config.json is not a directory`,
    ],
  });
  await writeFile(join(box.path, "layers.json"), '{"schemaVersion":1,"layers":["layers/base"]}');
  expect((await box.must(["check", "--bundle", box.path])).stdout).toBe(`ok: ${box.path} can run here\n`);
});

test.if(possible)("a writable layer that cannot be made is an error with its place", async () => {
  await using box = await layeredSandbox({ script: "", file: { upper: "/proc/none" } });
  const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(/\/proc\/none.*\n {2}layers\.json:\d+:\d+ \/upper\n/),
  });
});

test.if(possible && requires("overlay-layers"))("explain tells of every layer and where layers.json names it", async () => {
  await using box = await layeredSandbox({ script: "", layers: [{}] });
  const { stdout } = await box.must(["explain", "--format", "json", "--bundle", box.path]);
  const { host, init } = JSON.parse(stdout) as {
    [side: string]: { op: string; location: string; origin: string; step: { path?: string } }[];
  };
  const shown = [...(host ?? []), ...(init ?? [])]
    .filter(({ location }) => location?.startsWith("layers.json:"))
    .map(({ op, location, origin }) => `${op} ${location} ${origin}`);
  expect(shown).toEqual([
    "claimLayer layers.json:1:1 ",
    "makeUpper layers.json:1:1 ",
    "newOverlay layers.json:3:13 /layers",
    "addLayer layers.json:5:5 /layers/1",
    "addLayer layers.json:4:5 /layers/0",
    "addLayer layers.json:1:1 ",
    "addLayer layers.json:1:1 ",
    "finishOverlay layers.json:3:13 /layers",
  ]);
  expect(await Bun.file(join(box.path, "upper.lock")).exists()).toBe(false);
});

test.if(possible)("a bundle without layers.json is unaffected", async () => {
  await using box = await sandbox({ args: ["/probe", "read", "/etc/group"] });
  await mkdir(join(box.path, "upper"));
  expect((await box.must(["run", "--bundle", box.path, box.id])).stdout).toContain("root:x:0");
});
