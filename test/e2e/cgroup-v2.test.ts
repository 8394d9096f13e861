/** Cgroups with cgroup2 only: placement, limits, devices, ownership. Other machines skip this. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { runContainer } from "../support/run-container.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { defaultNamespaces } from "./corpus/case.ts";

setDefaultTimeout(TEST_TIMEOUT);

const v2 = requires("root", "cgroup-v2");
const byPath = v2 && requires("cgroupfs-driver");
const ROOT = "/sys/fs/cgroup";
const WRITABLE = { destination: ROOT, type: "cgroup", source: "cgroup", options: ["nosuid", "noexec", "nodev", "rw"] };
const MAPPINGS = [{ containerID: 0, hostID: 100000, size: 65536 }];
const USER = { namespaces: defaultNamespaces("user", "cgroup"), uidMappings: MAPPINGS, gidMappings: MAPPINGS };
const reads = (...files: readonly string[]): string[] => files.flatMap((file) => ["read", `${ROOT}/${file}`]);
const said = (...lines: readonly (readonly [file: string, text: string])[]): string =>
  lines.map(([file, text]) => `read ${ROOT}/${file} ok ${text}\\n\n`).join("");

/** Sees its cgroup as the root of its own namespace. */
const limited = (resources: JsonObject): JsonObject => ({ linux: { namespaces: defaultNamespaces("cgroup"), resources } });

test.if(v2)("[C92] [C94] [C95] [C98] limits in the specification's scale are converted to cgroup2's", async () => {
  const resources = {
    memory: { limit: 67108864, swap: 134217728, reservation: 33554432 },
    cpu: { shares: 1024, quota: 50000, period: 100000, cpus: "0", mems: "0" },
    pids: { limit: 50 },
  };
  const args = ["/probe", ...reads("memory.max", "memory.low", "cpu.max", "cpu.weight", "cpuset.cpus", "cpuset.mems", "pids.max")];
  expect(await runContainer({ args, config: limited(resources) })).toEqual({
    exitCode: 0,
    stderr: "",
    stdout: said(
      ["memory.max", "67108864"],
      ["memory.low", "33554432"],
      ["cpu.max", "50000 100000"],
      ["cpu.weight", "100"],
      ["cpuset.cpus", "0"],
      ["cpuset.mems", "0"],
      ["pids.max", "50"],
    ),
  });
});

test.if(v2)("[C100] unified keys are written unchanged", async () => {
  const config = limited({ unified: { "memory.high": "67108864", "pids.max": "33" } });
  const { stdout } = await runContainer({ args: ["/probe", ...reads("memory.high", "pids.max")], config });
  expect(stdout).toBe(said(["memory.high", "67108864"], ["pids.max", "33"]));
});

test.if(byPath)("[C88] an absolute cgroupsPath starts at the mount point", async () => {
  const { stdout } = await runContainer({ args: ["/probe", "cgroup"], config: { linux: { cgroupsPath: "/@ID@" } } });
  expect(stdout).toMatch(/^cgroup unified \/box-[^/]+\n$/);
});

test.if(v2)("[C91] an unlisted device can be made but not opened, a listed one can be opened", async () => {
  const capabilities = ["CAP_MKNOD"];
  const { stdout } = await runContainer({
    args: ["/probe", "mknod", "/fuse", "c", "10", "229", "open", "/fuse", "mknod", "/zero", "c", "1", "5", "open", "/zero"],
    config: {
      root: { readonly: false },
      process: { capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities } },
    },
  });
  expect(stdout).toBe("mknod /fuse ok\nopen /fuse EPERM\nmknod /zero ok\nopen /zero ok\n");
});

test.if(v2 && requires("user-namespace", "cgroup-namespace"))(
  "[C89] [C90] a writable cgroup belongs to the container's user with the files that may be delegated, and no others",
  async () => {
    const args = ["/probe", "mkdir", `${ROOT}/mine`, "write", `${ROOT}/mine/cgroup.procs`, "0", "write", `${ROOT}/pids.max`, "7"];
    const recipe = { args: [...args, "sleep-until-signal"], config: { linux: USER }, mounts: [WRITABLE] };
    await using box = await sandbox({ ...recipe, host: { out: "" } });
    const created = await box.create();
    const { pid } = await box.state();
    const cgroup = cgroupOf(Number(pid));
    const mine = readdirSync(cgroup).filter((name) => statSync(join(cgroup, name)).uid === 100000);
    expect(statSync(cgroup).uid).toBe(100000);
    const delegated = readFileSync("/sys/kernel/cgroup/delegate", "utf8").trimEnd().split("\n");
    expect(mine.sort()).toEqual(delegated.filter((name) => existsSync(join(cgroup, name))).sort());
    await box.must(["start", box.id]);
    await created.shows("waiting\n");
    expect(cgroupOf(Number(pid))).toBe(join(cgroup, "mine"));
    await box.must(["kill", box.id, "KILL"]);
    await box.reaches("stopped");
    await box.must(["delete", box.id]);
    expect(await created.stdout()).toBe(
      `mkdir ${ROOT}/mine ok\nwrite ${ROOT}/mine/cgroup.procs ok\nwrite ${ROOT}/pids.max EACCES\nwaiting\n`,
    );
    expect(existsSync(cgroup)).toBe(false);
  },
);

test.if(v2 && requires("cgroup-namespace"))(
  "a process of exec is where init is if the container has divided its cgroup, which then takes none",
  async () => {
    const divide = ["write", `${ROOT}/mine/cgroup.procs`, "0", "write", `${ROOT}/cgroup.subtree_control`, "+pids"];
    const args = ["/probe", "mkdir", `${ROOT}/mine`, ...divide, "sleep-until-signal"];
    await using box = await sandbox({ args, config: { linux: { namespaces: defaultNamespaces("cgroup") } }, mounts: [WRITABLE] });
    const created = await box.create();
    await box.must(["start", box.id]);
    await created.shows("waiting\n");
    expect(await created.stdout()).toContain(`write ${ROOT}/cgroup.subtree_control ok\n`);
    const { stdout } = await box.must(["exec", box.id, "/probe", "read", "/proc/self/cgroup"]);
    expect(stdout).toBe("read /proc/self/cgroup ok 0::/mine\\n\n");
  },
);

test.if(byPath)("a container starts below a cgroup with processes, and that cgroup stays a domain", async () => {
  await using box = await sandbox({ args: ["/probe", "sleep-until-signal"], config: { linux: { cgroupsPath: "/@ID@/inner" } } });
  using above = occupied(join(ROOT, box.id));
  await box.create();
  const { pid } = await box.state();
  expect(cgroupOf(Number(pid))).toBe(join(above.path, "inner"));
  expect(readFileSync(join(above.path, "cgroup.type"), "utf8")).toBe("domain\n");
  await box.must(["delete", "--force", box.id]);
});

test.if(byPath)("below a cgroup with processes a limit is impossible, and the error says why", async () => {
  const config = { linux: { cgroupsPath: "/@ID@/inner", resources: { memory: { limit: 67108864 } } } };
  await using box = await sandbox({ args: ["/probe", "true"], config });
  using _above = occupied(join(ROOT, box.id));
  const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
  expect([exitCode, stderr.includes("/linux/resources/memory/limit"), stderr.includes("holds processes of its own")]).toEqual([
    1,
    true,
    true,
  ]);
});

function cgroupOf(pid: number): string {
  return `${ROOT}${readFileSync(`/proc/${pid}/cgroup`, "utf8").trimEnd().slice("0::".length)}`;
}

/** A new cgroup with a process in it; both are removed at the end. */
function occupied(path: string): Disposable & { readonly path: string } {
  mkdirSync(path);
  const stranger = Bun.spawn(["sleep", "1000"]);
  writeFileSync(join(path, "cgroup.procs"), String(stranger.pid));
  return {
    path,
    [Symbol.dispose]() {
      writeFileSync(join(path, "cgroup.kill"), "1");
      const end = performance.now() + 10_000;
      while (readFileSync(join(path, "cgroup.events"), "utf8").includes("populated 1") && performance.now() < end);
      rmdirSync(path);
    },
  };
}
