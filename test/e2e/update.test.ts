/** `update`, and what runc's makes of the same limits. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { requires } from "../support/requires.ts";
import { peer, peerVersion, type Runtime, runtimeUnderTest } from "../support/runtimes.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const MIB = 1 << 20;
const root = requires("root");
const isV2 = existsSync("/sys/fs/cgroup/cgroup.controllers");
const RECIPE = {
  args: ["/probe", "sleep-until-signal"],
  config: {
    linux: { resources: { memory: { limit: 64 * MIB, swap: 128 * MIB }, cpu: { quota: 50000, period: 100000 }, pids: { limit: 50 } } },
  },
} as const;

const V1_FILES = {
  memory: ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.soft_limit_in_bytes"],
  cpu: ["cpu.shares", "cpu.cfs_quota_us", "cpu.cfs_period_us"],
  cpuset: ["cpuset.cpus", "cpuset.mems"],
  pids: ["pids.max"],
};
const V2_FILES = {
  "": ["memory.max", "memory.swap.max", "memory.low", "cpu.weight", "cpu.max", "cpuset.cpus", "cpuset.mems", "pids.max", "io.weight"],
};

/** What the files of the container's cgroups have; those that are not there are left out. */
async function filesOf(box: Sandbox): Promise<Record<string, string>> {
  const { pid } = await box.state();
  const lines = readFileSync(`/proc/${pid}/cgroup`, "utf8").trimEnd().split("\n");
  const pathOf = (controller: string): string =>
    lines.map((line) => line.split(":")).find(([, names]) => names?.split(",").includes(controller))?.[2] ?? "";
  const found: Record<string, string> = {};
  for (const [controller, names] of Object.entries(isV2 ? V2_FILES : V1_FILES)) {
    for (const name of names) {
      const file = `/sys/fs/cgroup/${controller}${pathOf(controller)}/${name}`;
      if (existsSync(file)) found[name] = readFileSync(file, "utf8").trimEnd();
    }
  }
  return found;
}

async function started(box: Sandbox): Promise<void> {
  const running = await box.create();
  await box.must(["start", box.id]);
  await running.shows("waiting");
}

/** Flags, or a document on standard input. */
const UPDATES: readonly (readonly [name: string, flags: readonly string[], stdin?: object])[] = [
  ["memory lowered with swap", ["--memory", "32m", "--memory-swap", "48m"]],
  ["memory raised with swap", ["--memory", "256m", "--memory-swap", "512m"]],
  ["swap without a limit", ["--memory-swap", "-1", "--memory", "32m"]],
  ["no limit on memory", ["--memory", "-1"]],
  ["soft limit", ["--memory-reservation", "16m"]],
  ["shares, quota and period", ["--cpu-share", "200", "--cpu-quota", "20000", "--cpu-period", "50000"]],
  ["quota alone", ["--cpu-quota", "30000"]],
  ["period alone", ["--cpu-period", "200000"]],
  ["no quota", ["--cpu-quota", "-1"]],
  ["processors", ["--cpuset-cpus", "0", "--cpuset-mems", "0"]],
  ["processes", ["--pids-limit", "20"]],
  ["any number of processes", ["--pids-limit", "-1"]],
  ["nothing", []],
  [
    "a document",
    ["--resources", "-"],
    { memory: { limit: 32 * MIB, swap: 48 * MIB }, cpu: { shares: 300, cpus: "0" }, pids: { limit: 9 } },
  ],
  [
    "a document with zeros",
    ["-r", "-"],
    { memory: { limit: 0, swap: 0, reservation: 0 }, cpu: { shares: 0, quota: 0, cpus: "" }, pids: { limit: 0 } },
  ],
];

async function updatedBy(
  runtime: Runtime,
  flags: readonly string[],
  stdin: object | undefined,
): Promise<readonly [status: number, files: Readonly<Record<string, string>>]> {
  await using box = await sandbox(RECIPE, { runtime, forgiving: runtime.name === "runc" });
  await started(box);
  const { exitCode } = await box.call(["update", ...flags, box.id], stdin === undefined ? {} : { stdin: JSON.stringify(stdin) });
  return [exitCode, await filesOf(box)];
}

for (const [name, flags, stdin] of UPDATES) {
  test.if(root && requires("runc"))(`${name}: the cgroup has what runc's has`, async () => {
    const runc = peer("runc");
    if (runc === undefined) throw new Error("runc is gone");
    const [status, ours] = await updatedBy(runtimeUnderTest(), flags, stdin);
    const [expected, theirs] = await updatedBy(runc, flags, stdin);
    expect([status, comparable(ours)]).toEqual([expected, comparable(theirs)]);
    expect(status).toBe(0);
  });
}

/** Shares become a weight on v2 by a curve; older runcs draw a straight line. */
function comparable(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { "cpu.weight": _, ...others } = files;
  return /^1\.[0-3]\./.test(peerVersion("runc") ?? "") ? others : files;
}

test.if(root)("a container becomes idle, and stops being idle with shares of its own", async () => {
  await using box = await sandbox(RECIPE);
  await started(box);
  const weight = isV2 ? "cpu.weight" : "cpu.shares";
  await box.must(["update", "--resources", "-", box.id], { stdin: JSON.stringify({ cpu: { shares: 300, idle: 1 } }) });
  const idle = (await filesOf(box))[weight];
  await box.must(["update", "--resources", "-", box.id], { stdin: JSON.stringify({ cpu: { shares: 500, idle: 0 } }) });
  expect([idle, (await filesOf(box))[weight]]).toEqual(isV2 ? ["0", "58"] : ["3", "500"]);
});

const REFUSED: readonly (readonly [name: string, flags: readonly string[], stdin: string | undefined, where: string])[] = [
  [
    "by the kernel",
    ["--pids-limit", "7", "--cpu-share", "100", "--memory", "48m", "--blkio-weight", "65535"],
    undefined,
    "  option --blkio-weight",
  ],
  isV2
    ? ["by lamina", ["--pids-limit", "7", "--cpu-rt-runtime", "5"], undefined, "  option --cpu-rt-runtime"]
    : ["by lamina", ["--pids-limit", "7", "--cpu-share", "1"], undefined, "  option --cpu-share"],
  [
    "in a document",
    ["--resources", "-"],
    '{\n "cpu": { "shares": 100, "mems": "77" },\n "memory": { "limit": 33554432, "swap": 50331648 }\n}',
    "  standard input:2:34 /cpu/mems",
  ],
  ["in a document that is not valid", ["--resources", "-"], '{ "pids": { "limit": "7" } }', "  standard input: /pids/limit"],
];

for (const [name, flags, stdin, where] of REFUSED) {
  test.if(root)(`an update that is refused ${name} changes nothing, and the error says where`, async () => {
    await using box = await sandbox(RECIPE);
    await started(box);
    const before = await filesOf(box);
    const { exitCode, stderr } = await box.call(["update", ...flags, box.id], stdin === undefined ? {} : { stdin });
    expect([exitCode, stderr.split("\n")[1]]).toEqual([1, where]);
    expect(await filesOf(box)).toEqual(before);
    expect(await box.state()).not.toHaveProperty("resources");
  });
}

test.if(root)(
  "a paused container and one that was not started can be updated, one that has stopped cannot; state tells what was changed",
  async () => {
    await using box = await sandbox(RECIPE);
    const running = await box.create();
    await box.must(["update", "--pids-limit", "30", box.id]);
    await box.must(["start", box.id]);
    await running.shows("waiting");
    await box.must(["pause", box.id]);
    await box.must(["update", "--memory", "33554433", "--cpu-share", "512", box.id]);
    expect(await box.state()).toMatchObject({
      status: "paused",
      resources: { pids: { limit: 30 }, memory: { limit: 33554432 }, cpu: { shares: 512 } },
    });
    await box.must(["resume", box.id]);
    await box.must(["kill", box.id, "KILL"]);
    await box.reaches("stopped");
    const { exitCode, stderr } = await box.call(["update", "--pids-limit", "9", box.id]);
    expect([exitCode, stderr.split("\n")[0]]).toEqual([1, "container not running"]);
  },
);

test.if(root)("kernel memory is ignored with a warning, Intel RDT and files that are not there are refused", async () => {
  await using box = await sandbox(RECIPE);
  await box.create();
  const said = async (...flags: string[]): Promise<string> => {
    const { exitCode, stderr } = await box.call(["update", ...flags, box.id]);
    return `${exitCode} ${stderr.split("\n")[0]}`;
  };
  expect([
    await said("--kernel-memory", "4m"),
    await said("--l3-cache-schema", "L3:0=f"),
    await said("--mem-bw-schema", "MB:0=50"),
    await said("--resources", "/nowhere/at/all"),
  ]).toEqual([
    "0 warning: ignoring /linux/resources/memory/kernel: kernel memory has no limit of its own",
    "1 Intel RDT/CAT: l3 cache schema is not enabled",
    "1 Intel RDT/MBA: memory bandwidth schema is not enabled",
    "1 open /nowhere/at/all: no such file or directory",
  ]);
});

test.if(root && !isV2)("what the kernel calls invalid is told with what it takes", async () => {
  await using box = await sandbox(RECIPE);
  await started(box);
  const refused = async (...flags: string[]): Promise<string> => (await box.call(["update", ...flags, box.id])).stderr;
  expect(await refused("--cpu-quota", "999")).toContain("a quota is at least 1000, and no less than the burst");
  expect(await refused("--cpu-burst", "60000")).toContain("a burst is no more than the quota"); // which is 50000
  expect(await refused("--cpu-period", "1000001")).toContain("a period is from 1000 to 1000000 microseconds");
  if ((await refused("--cpu-idle", "1")) !== "") return; // before Linux 5.15
  expect(await refused("--cpu-share", "100")).toContain("an idle cgroup takes no shares");
});
