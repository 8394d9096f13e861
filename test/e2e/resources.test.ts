/** `linux.resources` in the container's own cgroup files: on v1 as runc writes them, and on a cgroup2 alone where this machine has one. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { peer, type Runtime, runtimeUnderTest } from "../support/runtimes.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const args = ["/probe", "sleep-until-signal"];

/** `major:minor` of a whole disk; undefined if the machine has none. */
function findDisk(): { readonly major: number; readonly minor: number } | undefined {
  const names = existsSync("/sys/block") ? readdirSync("/sys/block").filter((name) => !/^(loop|ram|zram)/.test(name)) : [];
  const [major, minor] = names.map((name) => readFileSync(`/sys/block/${name}/dev`, "utf8").trim().split(":").map(Number))[0] ?? [];
  return major === undefined || minor === undefined ? undefined : { major, minor };
}

const disk = findDisk();
const throttle = (rate: number): JsonObject[] => (disk === undefined ? [] : [{ ...disk, rate }]);

/** Of the BFQ scheduler, which may be a module. */
const HAS_WEIGHTS = existsSync("/sys/fs/cgroup/blkio/blkio.bfq.io_serviced");

const ON_V1: readonly (readonly [title: string, JsonObject, files: readonly string[]])[] = [
  [
    "[C96] rates of a block device",
    {
      blockIO: {
        throttleReadBpsDevice: throttle(1048576),
        throttleWriteBpsDevice: throttle(2097152),
        throttleReadIOPSDevice: throttle(100),
        throttleWriteIOPSDevice: throttle(200),
      },
    },
    ["read_bps_device", "write_bps_device", "read_iops_device", "write_iops_device"].map((name) => `blkio/blkio.throttle.${name}`),
  ],
  ...(HAS_WEIGHTS ? ([["[C96] a weight of block I/O", { blockIO: { weight: 300 } }, ["blkio/blkio.bfq.weight"]]] as const) : []),
  [
    "[C95] realtime, whose period is no multiple of the default",
    { cpu: { realtimePeriod: 700_000, realtimeRuntime: 7_000 } },
    ["cpu/cpu.rt_runtime_us", "cpu/cpu.rt_period_us"],
  ],
  [
    "[C94] a quota that is larger than the period of the parent's",
    { cpu: { quota: 300_000, period: 50_000, shares: 300 } },
    ["cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us", "cpu/cpu.shares"],
  ],
  [
    "[C92] swap without a limit",
    { memory: { limit: 67108864, swap: -1 } },
    ["memory/memory.memsw.limit_in_bytes", "memory/memory.limit_in_bytes"],
  ],
];

/** Texts of the files of a container's cgroups, which are in the hierarchy that the first part of each name says. */
async function filesOf(runtime: Runtime, resources: JsonObject, files: readonly string[]): Promise<Record<string, string>> {
  await using box = await sandbox({ args, config: { linux: { resources } } }, { runtime, forgiving: runtime.name === "runc" });
  await box.create();
  const { pid } = await box.state();
  const lines = readFileSync(`/proc/${pid}/cgroup`, "utf8").trimEnd().split("\n");
  const pathOf = (controller: string): string => lines.map((line) => line.split(":")).find(([, names]) => names === controller)?.[2] ?? "";
  const texts = files.map((file) => {
    const [controller = "", name = ""] = file.split("/");
    const path = `/sys/fs/cgroup/${controller}${pathOf(controller)}/${name}`;
    return [file, existsSync(path) ? readFileSync(path, "utf8").trimEnd() : "none"] as const;
  });
  const { exitCode, stderr } = await box.call(["delete", "--force", box.id]);
  const told = runtime.name === "runc" ? "" : stderr; // newer ones warn while the last process is about to end
  expect([exitCode, told]).toEqual([0, ""]);
  return Object.fromEntries(texts);
}

for (const [title, resources, files] of ON_V1) {
  test.if(requires("root", "runc", "cgroup-v1") && disk !== undefined)(`${title}: the files have what runc writes`, async () => {
    const runc = peer("runc");
    if (runc === undefined) throw new Error("runc is gone");
    const ours = await filesOf(runtimeUnderTest(), resources, files);
    expect(ours).toEqual(await filesOf(runc, resources, files));
    expect(Object.values(ours)).not.toContain("none");
  });
}

test.if(requires("root", "cgroup-v1"))("[C96] what only kernels before 5.0 have is refused by name", async () => {
  await using box = await sandbox({ args, config: { linux: { resources: { blockIO: { leafWeight: 500 } } } } });
  const { exitCode, stderr } = await box.call(["create", "--bundle", box.path, box.id]);
  expect([exitCode, box.leftovers()]).toEqual([1, []]);
  expect(stderr).toContain("/linux/resources/blockIO/leafWeight");
});

/** cgroup2 in place of everything that is mounted for cgroups. */
const CGROUP2_ALONE =
  'umount -R /sys/fs/cgroup/unified 2>/dev/null; for m in /sys/fs/cgroup/*; do umount "$m" 2>/dev/null; done; umount /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup && "$@"; ';

test.if(requires("root", "cgroup2-huge-pages"))(
  "[C97] [C100] on v2 huge pages are limited, their reservations too, and unified values come last",
  async () => {
    const resources = { hugepageLimits: [{ pageSize: "2MB", limit: 4194304 }], unified: { "hugetlb.2MB.max": "2097152" } };
    await using box = await sandbox({ args, config: { linux: { cgroupsPath: "/@ID@", resources } } });
    const look = `cat /sys/fs/cgroup/${box.id}/hugetlb.2MB.max /sys/fs/cgroup/${box.id}/hugetlb.2MB.rsvd.max`;
    const prefix = [
      "unshare",
      "--mount",
      "sh",
      "-c",
      `${CGROUP2_ALONE}${look}; ${runtimeUnderTest().argv.join(" ")} --root ${box.stateRoot} delete --force ${box.id}`,
      "sh",
    ];
    const { stdout, stderr } = await box.call(["create", "--bundle", box.path, box.id], { prefix, stdin: "" });
    expect([stdout, stderr]).toEqual(["2097152\n4194304\n", ""]);
  },
);
