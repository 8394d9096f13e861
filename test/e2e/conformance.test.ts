/** Lines of the runtime-spec about a container's lifecycle that no other file in this directory tests. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, readFile, readlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type JsonObject, parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { runContainer } from "../support/run-container.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";
import { defaultNamespaces } from "./corpus/case.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const HOST_BIND = { destination: "@HOST@", type: "bind", source: "@HOST@", options: ["bind"] } as const;
const shell = (script: string): JsonObject => ({ path: "/bin/sh", args: ["sh", "-c", script], env: ["PATH=/usr/bin:/bin"] });

test.if(root)("[C2] root.path is relative to the bundle, not to the caller's directory", async () => {
  await using box = await sandbox({ args: ["/probe", "stat", "/of-the-bundle"], rootfs: { "of-the-bundle": "" } });
  const elsewhere = join(box.directory, "elsewhere");
  await mkdir(join(elsewhere, "rootfs"), { recursive: true });
  const { stdout } = await box.must(["run", "--bundle", box.path, box.id], { cwd: elsewhere });
  expect(stdout).toBe("stat /of-the-bundle - 0644 0:0\n");
});

test.if(root)("[C6] a container is creating while create runs, and created afterwards", async () => {
  const waits = { path: "@PROBE@", args: ["probe", "hook", "@HOST@/hooks.log", "waits", "wait-fifo", "@HOST@/gate"] };
  await using box = await sandbox({ config: { hooks: { createRuntime: [waits] } } });
  const gate = join(box.host, "gate");
  expect(Bun.spawnSync(["mkfifo", gate]).exitCode).toBe(0);
  const creating = await box.start(["create", "--bundle", box.path, box.id]);
  await until("the hook runs", async () => (await box.hostFile("hooks.log")) !== "");
  const meanwhile = await box.status();
  await writeFile(gate, "go on");
  const { exitCode } = await creating.ended;
  expect({ meanwhile, exitCode, afterwards: await box.status() }).toEqual({ meanwhile: "creating", exitCode: 0, afterwards: "created" });
});

test.if(root)("[C17] a warning affects neither the program nor the exit status", async () => {
  const config = { process: { capabilities: { bounding: ["CAP_OF_TOMORROW"] } }, linux: { resources: { memory: { kernel: 1 << 30 } } } };
  await using box = await sandbox({ config, args: ["/probe", "say", "it ran", "exit", "7"] });
  const { exitCode, stdout, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
  expect({ exitCode, stdout, left: box.leftovers() }).toEqual({ exitCode: 7, stdout: "it ran\n", left: [] });
  expect(stderr).toContain("CAP_OF_TOMORROW");
});

test.if(root)("[C82] the same device twice is a warning, and both names are there", async () => {
  const devices = ["/dev/one", "/dev/two"].map((path) => ({ path, type: "c", major: 1, minor: 3, fileMode: 0o600 }));
  await using box = await sandbox({ config: { linux: { devices } }, args: ["/probe", "stat", "/dev/one", "stat", "/dev/two"] });
  const { exitCode, stdout, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
  expect([exitCode, stdout]).toEqual([0, "stat /dev/one c 0600 0:0 1:3\nstat /dev/two c 0600 0:0 1:3\n"]);
  expect(stderr).toContain("/linux/devices/1: should not be the same device as item 0");
});

test.if(root)("[C54] a capability that the runtime itself lacks is a warning, and the program runs without it", async () => {
  const names = ["CAP_KILL", "CAP_NET_RAW"];
  const capabilities = { bounding: names, permitted: names, effective: names, inheritable: names, ambient: names };
  const { exitCode, stdout, stderr } = await runContainer(
    { args: ["/probe", "status"], config: { process: { capabilities } } },
    { prefix: ["setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-net_raw"] },
  );
  const CAP_KILL = "0000000000000020";
  const sets = stdout.split("\n").flatMap((line) => /Cap(?:Prm|Eff|Inh|Amb)\W+([0-9a-f]{16})/.exec(line)?.[1] ?? []);
  expect({ exitCode, sets }).toEqual({ exitCode: 0, sets: [CAP_KILL, CAP_KILL, CAP_KILL, CAP_KILL] });
  expect(stderr).toContain("ignoring capabilities that the runtime itself lacks: CAP_NET_RAW");
});

test.if(root)("[C19] create without an id, without a bundle or with a bundle that has no config.json makes nothing", async () => {
  await using box = await sandbox({});
  const calls = [
    ["create", "--bundle", box.path],
    ["create", "--bundle", join(box.directory, "missing"), box.id],
    ["create", "--bundle", box.host, box.id],
    ["create", box.id], // the caller's directory is not a bundle
  ];
  const outcomes = await Promise.all(calls.map((words) => box.call(words)));
  expect(outcomes.map(({ exitCode, stderr }) => exitCode !== 0 && stderr !== "")).toEqual([true, true, true, true]);
  expect(box.leftovers()).toEqual([]);
});

test.if(root)("[C68] a startContainer hook is looked up in the container and runs there, before the program", async () => {
  const hook = { path: "/only/inside", args: ["probe", "hook", "@HOST@/hooks.log", "startContainer"] };
  await using box = await sandbox({
    args: ["/probe", "hook", "@HOST@/hooks.log", "program", "sleep-until-signal"],
    config: { hooks: { startContainer: [hook] } },
    mounts: [HOST_BIND, { destination: "/only/inside", type: "bind", source: "@PROBE@", options: ["bind"] }],
    rootfs: { "inside-marker": "", "only/inside": "" },
  });
  const created = await box.create();
  expect(await box.hostFile("hooks.log")).toBe("");
  await box.must(["start", box.id]);
  await created.shows("waiting");
  const { pid } = await box.state();
  const mnt = await readlink(`/proc/${pid}/ns/mnt`);
  const ran = (await box.hostFile("hooks.log")).trimEnd().split("\n").map(parseObject);
  expect(ran.map(({ hook: label, cwd, root: at, has, mnt: namespace }) => ({ label, cwd, at, has, namespace }))).toEqual([
    { label: "startContainer", cwd: "/", at: "/", has: "rootfs", namespace: mnt },
    { label: "program", cwd: "/", at: "/", has: "rootfs", namespace: mnt },
  ]);
});

test.if(root)("[C69] a poststart hook runs outside, after the program has been executed and before start returns", async () => {
  const script = `pid=$(sed 's/.*"pid":\\([0-9]*\\).*/\\1/'); { readlink /proc/self/ns/mnt; tr '\\0' ' ' < /proc/$pid/cmdline; } > @HOST@/poststart`;
  await using box = await sandbox({ args: ["/probe", "sleep-until-signal"], config: { hooks: { poststart: [shell(script)] } } });
  await box.create();
  expect(await box.hostFile("poststart")).toBe("");
  await box.must(["start", box.id]);
  expect(await box.hostFile("poststart")).toBe(`${await readlink("/proc/self/ns/mnt")}\n/probe sleep-until-signal `);
});

test.if(root)("[C70] a poststop hook runs outside, after the container is gone and before delete returns", async () => {
  const script =
    "{ readlink /proc/self/ns/mnt; ls @HOST@/../state; find /sys/fs/cgroup -name @ID@ -o -name lamina-@ID@.scope 2>/dev/null || :; } " +
    "> @HOST@/poststop"; // others' cgroups go while find looks, which it tells
  await using box = await sandbox({ config: { hooks: { poststop: [shell(script)] } } });
  await box.create();
  expect(await cgroupsOf(box)).not.toEqual([]);
  expect(await box.hostFile("poststop")).toBe("");
  await box.must(["delete", "--force", box.id]);
  expect(await box.hostFile("poststop")).toBe(`${await readlink("/proc/self/ns/mnt")}\n`);
});

test.if(root && requires("user-namespace"))("a mount point that the user namespace's root cannot make is reported as missing", async () => {
  const maps = [{ containerID: 0, hostID: 100000, size: 65536 }];
  const linux = { namespaces: defaultNamespaces("user"), uidMappings: maps, gidMappings: maps };
  const mounts = [{ destination: "/missing", type: "tmpfs", source: "tmpfs" }];
  const { exitCode, stderr } = await runContainer({ config: { linux }, mounts });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('error mounting "tmpfs" to rootfs at "/missing"');
  expect(stderr).toContain("hint: the mount point is missing");
});

/** The container's cgroups, by the last part of their paths. */
async function cgroupsOf(box: Sandbox): Promise<string[]> {
  const { pid } = await box.state();
  return (await readFile(`/proc/${pid}/cgroup`, "utf8"))
    .split("\n")
    .filter((line) => [box.id, `lamina-${box.id}.scope`].includes(basename(line)));
}
