/** The systemd cgroup driver, with a real systemd: as process 1 of a machine within this one (test/support/systemd-ground.ts). */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { peer, runtimeUnderTest } from "../support/runtimes.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { type CgroupKind, type SystemdGround, systemdGround } from "../support/systemd-ground.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const KINDS = { v1: requires("root", "systemd", "systemd-v1"), v2: requires("root", "systemd", "systemd-v2") } as const;
const WAITS = ["/probe", "sleep-until-signal"];

describe.each(["v1", "v2"] as const)("on cgroup %s", (kind: CgroupKind) => {
  const has = KINDS[kind];
  let ground: SystemdGround;
  /** The controllers that containers can be limited by. */
  let controllers = "";
  beforeAll(async () => {
    if (!has) return;
    ground = await systemdGround(kind);
    controllers = kind === "v1" ? "memory pids cpu" : await ground.must("cat", "/sys/fs/cgroup/cgroup.controllers");
  });
  afterAll(() => (has ? ground[Symbol.asyncDispose]() : undefined));

  const world = (config: JsonObject = {}, args = WAITS, prefix: readonly string[] = []): Promise<Sandbox> => {
    const { name, argv } = runtimeUnderTest();
    return sandbox({ args, config }, { runtime: { name, argv: [...ground.prefix, ...prefix, ...argv, "--systemd-cgroup"] } });
  };
  const placed = (path: string, others: JsonObject = {}): JsonObject => ({ linux: { cgroupsPath: path, ...others } });

  /** Of a unit, as systemd has them now. */
  const show = async (unit: string, ...names: readonly string[]): Promise<Record<string, string>> => {
    const lines = await ground.must("systemctl", "show", unit, ...names.map((name) => `--property=${name}`));
    return Object.fromEntries(
      lines
        .trim()
        .split("\n")
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
  };
  const stateOf = async (unit: string): Promise<unknown[]> => Object.values(await show(unit, "LoadState", "ActiveState"));

  /** Where a process of the ground is, by controller; "" is cgroup2. */
  const cgroupsOf = async (pid: unknown): Promise<Record<string, string>> => {
    const lines = (await ground.must("cat", `/proc/${pid}/cgroup`)).trim().split("\n");
    return Object.fromEntries(lines.map((line) => [line.split(":")[1], line.split(":").slice(2).join(":")]));
  };
  const file = (controller: string, path: string): Promise<string> =>
    ground.must("cat", `/sys/fs/cgroup/${kind === "v1" ? `${controller}/` : ""}${path}`).then((text) => text.trim());

  test.if(has)("a container is a scope in system.slice, and gone when it is deleted", async () => {
    await using box = await world();
    await box.create();
    const unit = `lamina-${box.id}.scope`;
    expect(
      await show(unit, "ActiveState", "Slice", "Delegate", "Description", "DefaultDependencies", "MemoryAccounting", "TasksAccounting"),
    ).toEqual({
      ActiveState: "active",
      Slice: "system.slice",
      Delegate: "yes",
      Description: `lamina container ${box.id}`,
      DefaultDependencies: "no",
      MemoryAccounting: "yes",
      TasksAccounting: "yes",
    });
    const { pid } = await box.state();
    const cgroups = await cgroupsOf(pid);
    const own = kind === "v1" ? ["name=systemd", "memory", "pids", "freezer", "cpuset", "devices"] : [""];
    expect(own.map((name) => cgroups[name])).toEqual(own.map(() => `/system.slice/${unit}`));
    await box.must(["start", box.id]);
    await box.must(["delete", "--force", box.id]);
    expect(await stateOf(unit)).toEqual(["not-found", "inactive"]);
  });

  test.if(has)("a container whose record says nothing more is removed by force, with its scope", async () => {
    await using box = await world({ linux: { namespaces: ["mount", "ipc", "uts"].map((type) => ({ type })) } }); // only cgroups tell whose a process is
    await box.must(["run", "--detach", "--bundle", box.path, box.id]);
    await writeFile(join(box.stateRoot, box.id, "state.json"), "");
    const { exitCode, stderr } = await box.call(["delete", "--force", box.id]);
    expect([exitCode, box.leftovers()]).toEqual([0, []]);
    expect(stderr).toContain(`/system.slice/lamina-${box.id}.scope`);
    expect(await stateOf(`lamina-${box.id}.scope`)).toEqual(["not-found", "inactive"]);
  });

  test.if(has)("cgroupsPath names slice, prefix and name", async () => {
    await using box = await world(placed("mach-lamina.slice:box:@ID@"));
    await box.create();
    expect(await show(`box-${box.id}.scope`, "Slice", "ControlGroup")).toEqual({
      Slice: "mach-lamina.slice",
      ControlGroup: `/mach.slice/mach-lamina.slice/box-${box.id}.scope`,
    });
  });

  test.if(has)("limits are properties as well as files, exact in the files, and changed by update", async () => {
    if (!controllers.includes("memory")) return skip("cgroup2 has no memory controller here");
    const resources = { memory: { limit: 64 << 20 }, pids: { limit: 20 }, cpu: { shares: 512, quota: 33_333, period: 100_000 } };
    await using box = await world(placed("a.slice:box:@ID@", { resources }));
    await box.create();
    const unit = `box-${box.id}.scope`;
    const memory = kind === "v1" ? "MemoryLimit" : "MemoryMax";
    const limits = async (): Promise<unknown> => ({
      ...(await show(unit, memory, "TasksMax", "CPUQuotaPerSecUSec")),
      memory: await file("memory", `a.slice/${unit}/${kind === "v1" ? "memory.limit_in_bytes" : "memory.max"}`),
      pids: await file("pids", `a.slice/${unit}/pids.max`),
      cpu: await file("cpu", `a.slice/${unit}/${kind === "v1" ? "cpu.cfs_quota_us" : "cpu.max"}`),
    });
    const period = kind === "v1" ? "" : " 100000";
    const first = { [memory]: `${64 << 20}`, TasksMax: "20", CPUQuotaPerSecUSec: "340ms", memory: `${64 << 20}`, pids: "20" };
    expect(await limits()).toEqual({ ...first, cpu: `33333${period}` });
    expect(await show(unit, kind === "v1" ? "CPUShares" : "CPUWeight")).toEqual(kind === "v1" ? { CPUShares: "512" } : { CPUWeight: "59" });
    await ground.must("systemctl", "daemon-reload");
    expect(await limits()).toMatchObject(first);
    await box.must(["update", "--memory", "32M", "--pids-limit", "10", "--cpu-quota", "12345", box.id]);
    expect(await limits()).toEqual({
      [memory]: `${32 << 20}`,
      TasksMax: "10",
      CPUQuotaPerSecUSec: "130ms",
      memory: `${32 << 20}`,
      pids: "10",
      cpu: `12345${period}`,
    });
  });

  test.if(has)("devices are limited by systemd's list too", async () => {
    const devices = [
      { allow: false, access: "rwm" },
      { allow: true, type: "b", major: 8, minor: 1, access: "r" },
    ];
    await using box = await world(placed("a.slice:box:@ID@", { resources: { devices } }), ["/probe", "mknod", "/tmp/full", "c", "1", "7"]);
    await box.create();
    const { DevicePolicy, DeviceAllow = "" } = await show(`box-${box.id}.scope`, "DevicePolicy", "DeviceAllow");
    expect([DevicePolicy, DeviceAllow.length > 0]).toEqual(["strict", true]);
    if (kind === "v2") return; // what the kernel has there is a program
    const list = async (): Promise<string[]> => (await file("devices", `a.slice/box-${box.id}.scope/devices.list`)).split("\n").sort();
    const before = await list();
    await ground.must("systemctl", "daemon-reload");
    expect([before.includes("b 8:1 r"), await list()]).toEqual([true, before]);
  });

  test.if(has)("annotations are properties of the scope", async () => {
    const annotations = { "org.systemd.property.TimeoutStopSec": "7", "org.systemd.property.CollectMode": "'inactive-or-failed'" };
    await using box = await world({ annotations });
    await box.create();
    expect(await show(`lamina-${box.id}.scope`, "TimeoutStopUSec", "CollectMode")).toEqual({
      TimeoutStopUSec: "7s",
      CollectMode: "inactive-or-failed",
    });
  });

  test.if(has)("an annotation puts nobody else into the scope, where they would end with the container", async () => {
    const other = Number((await ground.must("pgrep", "-o", "dbus-daemon")).trim());
    const before = await cgroupsOf(other);
    await using box = await world({ annotations: { "org.systemd.property.PIDs": `@au [${other}]` } });
    const { exitCode, stderr } = await box.call(["create", "--bundle", box.path, box.id]);
    expect([exitCode, stderr.includes("the property is about more than the container"), await cgroupsOf(other)]).toEqual([1, true, before]);
    expect(box.leftovers()).toEqual([]);
  });

  test.if(has).each([
    ["NoSuchThing", "NoSuchThing"],
    ["MemoryHigh", "a property has another type"],
  ])("one that systemd does not take is an error in its words, and leaves nothing behind: %s", async (name, reason) => {
    const key = `org.systemd.property.${name}`;
    await using box = await world({ annotations: { [key]: "1", "org.example.note": "x" } });
    const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
    for (const words of [`cannot make the unit lamina-${box.id}.scope: `, reason, ` /annotations/${key}\n`])
      expect(stderr).toContain(words);
    expect([exitCode, box.leftovers()]).toEqual([1, []]);
  });

  test.if(has)("a unit of another container is neither taken nor ended", async () => {
    await using first = await world(placed("a.slice:box:@ID@"));
    await first.create();
    const unit = `box-${first.id}.scope`;
    for (const [slice, words] of [
      ["a.slice", "cgroup is not empty"],
      ["b.slice", `cannot make the unit ${unit}: `],
    ]) {
      await using second = await world(placed(`${slice}:box:${first.id}`));
      const { exitCode, stderr } = await second.call(["create", "--bundle", second.path, second.id]);
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining(words ?? "")]);
      await second.must(["delete", "--force", second.id]);
      expect(await stateOf(unit)).toEqual(["loaded", "active"]);
    }
    expect(await first.status()).toBe("created");
  });

  test.if(has)("what a unit that failed has left does not stand in the way, and goes with its container", async () => {
    const annotations = { "org.systemd.property.RuntimeMaxSec": "5", "org.systemd.property.TimeoutStopUSec": "uint64 1000" };
    await using first = await world({ annotations, ...placed("a.slice:box:@ID@") });
    await first.call(["run", "--detach", "--bundle", first.path, first.id]);
    const unit = `box-${first.id}.scope`;
    await until("it has failed", async () => (await stateOf(unit))[1] === "failed");
    await using second = await world(placed(`a.slice:box:${first.id}`));
    await second.create();
    expect(await stateOf(unit)).toEqual(["loaded", "active"]);
    await second.must(["delete", "--force", second.id]);
    await first.must(["delete", first.id]);
    expect(await stateOf(unit)).toEqual(["not-found", "inactive"]);
  });

  test.if(has)("a process of exec is in the scope; it is listed, paused and killed there", async () => {
    await using box = await world(placed("a.slice:box:@ID@"));
    await box.create();
    await box.must(["start", box.id]);
    const told = await box.must(["exec", box.id, "/probe", "read", "/proc/self/cgroup"]);
    expect(told.stdout).toContain(`a.slice/box-${box.id}.scope`);
    expect((await box.must(["ps", "--format", "json", box.id])).stdout.trim()).toBe(`[${(await box.state()).pid}]`);
    await box.must(["pause", box.id]);
    expect(await box.status()).toBe("paused");
    await box.must(["resume", box.id]);
    await box.must(["kill", box.id, "KILL"]);
    await box.reaches("stopped");
    await box.must(["delete", box.id]);
  });

  test.if(has)("with a user namespace", async () => {
    const mappings = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
    const namespaces = ["pid", "mount", "ipc", "uts", "network", "user", "cgroup"].map((type) => ({ type }));
    await using box = await world(placed("a.slice:box:@ID@", { namespaces, uidMappings: mappings, gidMappings: mappings }));
    await box.create();
    await box.must(["start", box.id]);
    const cgroups = await cgroupsOf((await box.state()).pid);
    expect(cgroups[kind === "v1" ? "pids" : ""]).toBe(`/a.slice/box-${box.id}.scope`);
  });

  test.if(has)("without a bus nothing is begun, and what there is can be deleted", async () => {
    await using box = await world();
    const env = { DBUS_SYSTEM_BUS_ADDRESS: "unix:path=/nonexistent" };
    const refused = await box.call(["create", "--bundle", box.path, box.id], { env });
    expect(refused.stderr).toStartWith(
      "cannot use the systemd cgroup driver: cannot connect to the system bus: no such file or directory\n",
    );
    expect([refused.exitCode, box.leftovers()]).toEqual([1, []]);
    await box.create();
    const { exitCode, stderr } = await box.call(["delete", "--force", box.id], { env });
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining("warning: cannot use the systemd cgroup driver")]);
    expect(box.leftovers()).toEqual([]);
  });

  test.if(has)("in another pid namespace than systemd nothing is begun: a pid there is somebody else's here", async () => {
    await using box = await world({}, WAITS, ["unshare", "--pid", "--fork", "--mount-proc", "--"]);
    const { exitCode, stderr } = await box.call(["create", "--bundle", box.path, box.id]);
    expect(stderr).toStartWith("cannot use the systemd cgroup driver: systemd is in another pid namespace than lamina\n");
    const units = await ground.must("systemctl", "list-units", "--all", "--plain", "--no-legend", `*${box.id}*`);
    expect([exitCode, units, box.leftovers()]).toEqual([1, "", []]);
  });

  test.if(has)("explain tells what is asked of systemd, and check what would be refused", async () => {
    await using box = await world(placed("/lamina/x"));
    const checked = await box.call(["check", "--bundle", box.path]);
    expect(checked.stdout).toContain('expected cgroupsPath to be of format "slice:prefix:name"');
    await using other = await world();
    expect((await other.must(["explain", "--bundle", other.path])).stdout).toContain("have systemd make lamina-ID.scope");
  });

  test.if(has && requires("runc"))("the scope has the properties that runc gives it", async () => {
    const resources = controllers.includes("memory")
      ? { memory: { limit: 64 << 20, reservation: 32 << 20 }, pids: { limit: 20 }, cpu: { quota: 33_333, period: 50_000 } }
      : {};
    const shown: string[][] = [];
    for (const runtime of [runtimeUnderTest(), peer("runc")]) {
      if (runtime === undefined) throw new Error("runc has gone");
      const { name, argv } = runtime;
      await using box = await sandbox(
        {
          args: WAITS,
          config: {
            mounts: [{ destination: "/proc", type: "proc", source: "proc" }],
            ...placed("a.slice:box:same", { resources: { ...resources, devices: [{ allow: false, access: "rwm" }] } }),
          },
        },
        { runtime: { name, argv: [...ground.prefix, ...argv, "--systemd-cgroup"] }, forgiving: name === "runc" },
      );
      const { exitCode } = await (await box.start(["create", "--bundle", box.path, box.id])).ended; // runc warns of devices that are not there
      expect(exitCode).toBe(0);
      const all = (await ground.must("systemctl", "show", "box-same.scope")).trim().split("\n");
      shown.push(all.filter((line) => !isItsOwn(line)).sort());
    }
    expect(shown[0]).toEqual(shown[1] ?? []);
  });
});

/** Only the ground itself shows it. */
function skip(reason: string): void {
  process.stderr.write(`skip: ${reason}\n`);
}

/** What differs between two scopes of the same kind, and where lamina has its own way: a name, and properties in one call. */
function isItsOwn(line: string): boolean {
  if (line === "DeviceAllow=/dev/char/10:200 rwm") return true; // runc leaves it out while the driver is not loaded
  return /^(Description|DropInPaths|InvocationID|ControlGroupId|\w*Timestamp\w*|\w*(Current|NSec|Available)|IPIngress\w*|IPEgress\w*|IO(Read|Write)\w+|NeedDaemonReload)=/.test(
    line,
  );
}
