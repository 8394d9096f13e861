/** What is read from cgroup files, in trees of files that stand for those of the kernel; runc's names and units. */
import { expect, test } from "bun:test";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostPath } from "../../../../src/base/paths.ts";
import { formatWideJson } from "../../../../src/base/wide-json.ts";
import { parseList } from "../../../../src/host/stats/counters.ts";
import { sizeName } from "../../../../src/host/stats/huge-pages.ts";
import { watchOom } from "../../../../src/host/stats/oom-watch.ts";
import { statsJson } from "../../../../src/host/stats/stats.ts";
import { readV1Stats } from "../../../../src/host/stats/stats-v1.ts";
import { readV2Stats } from "../../../../src/host/stats/stats-v2.ts";
import { poll } from "../../../../src/sys/process/poll.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const V1 = {
  "cpuacct/cpuacct.usage": "10934630\n",
  "cpuacct/cpuacct.usage_percpu": "8593503 2341127 \n",
  "cpuacct/cpuacct.usage_all": "cpu user system\n0 4000000 3891611\n1 0 4000000\n",
  "cpuacct/cpuacct.stat": "user 3\nsystem 5\n",
  "cpu/cpu.stat": "nr_periods 7\nnr_throttled 2\nthrottled_time 99\n",
  "cpuset/cpuset.cpus": "0-1,3\n",
  "cpuset/cpuset.mems": "0\n",
  "cpuset/cpuset.sched_load_balance": "1\n",
  "cpuset/cpuset.sched_relax_domain_level": "-1\n",
  "memory/memory.stat": "rss 5\ncache 4096\n",
  "memory/memory.limit_in_bytes": "67108864\n",
  "memory/memory.usage_in_bytes": "741376\n",
  "memory/memory.max_usage_in_bytes": "2789376\n",
  "memory/memory.failcnt": "3\n",
  "memory/memory.kmem.usage_in_bytes": "249856\n",
  "pids/pids.current": "4\n",
  "pids/pids.max": "max\n",
  "blkio/blkio.bfq.io_serviced_recursive": "",
  "blkio/blkio.throttle.io_serviced_recursive": "8:0 Read 3\n8:0 Write 0\n8:0 Total 3\nTotal 3\n",
  "blkio/blkio.throttle.io_service_bytes_recursive": "8:0 Read 12288\nTotal 12288\n",
};

test("cgroup v1", async () => {
  await using tree = await tempDir(V1);
  const names = ["cpu", "cpuacct", "cpuset", "memory", "pids", "blkio"];
  const paths = Object.fromEntries(names.map((name) => [name, hostPath(join(tree.path, name))]));
  expect(JSON.parse(formatWideJson(statsJson(readV1Stats(paths))))).toEqual({
    cpu: {
      usage: {
        total: 10934630,
        percpu: [8593503, 2341127],
        percpu_kernel: [3891611, 4000000],
        percpu_user: [4000000, 0],
        kernel: 50000000,
        user: 30000000,
      },
      throttling: { periods: 7, throttledPeriods: 2, throttledTime: 99 },
    },
    cpuset: {
      cpus: [0, 1, 3],
      cpu_exclusive: 0,
      mems: [0],
      mem_hardwall: 0,
      mem_exclusive: 0,
      memory_migrate: 0,
      memory_spread_page: 0,
      memory_spread_slab: 0,
      memory_pressure: 0,
      sched_load_balance: 1,
      sched_relax_domain_level: -1,
    },
    memory: {
      cache: 4096,
      usage: { limit: 67108864, usage: 741376, max: 2789376, failcnt: 3 },
      swap: { limit: 0, failcnt: 0 },
      kernel: { limit: 0, usage: 249856, failcnt: 0 },
      kernelTCP: { limit: 0, failcnt: 0 },
      raw: { cache: 4096, rss: 5 },
    },
    pids: { current: 4 },
    blkio: {
      ioServiceBytesRecursive: [{ major: 8, op: "Read", value: 12288 }],
      ioServicedRecursive: [
        { major: 8, op: "Read", value: 3 },
        { major: 8, op: "Write" },
        { major: 8, op: "Total", value: 3 },
      ],
    },
    hugetlb: {},
    intel_rdt: {},
    network_interfaces: null,
  });
});

const V2 = {
  "cpu.stat": "usage_usec 100\nuser_usec 60\nsystem_usec 40\nnr_periods 7\nnr_throttled 2\nthrottled_usec 9\n",
  "cpu.pressure": "some avg10=1.50 avg60=0.25 avg300=0.00 total=12345678901\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
  "memory.stat": "anon 5\nfile 4096\n",
  "memory.current": "1000\n",
  "memory.max": "5000\n",
  "memory.peak": "2000\n",
  "memory.swap.current": "10\n",
  "memory.swap.max": "50\n",
  "memory.swap.peak": "20\n",
  "pids.current": "4\n",
  "pids.max": "9\n",
  "io.stat": "8:0 rbytes=4096 wbytes=1 rios=2 wios=3 dbytes=0 dios=0\n253:1 \n",
};

test("cgroup v2 has the names of v1, and pressure", async () => {
  await using tree = await tempDir(V2);
  const pressure = { some: { avg10: 1.5, avg60: 0.25, avg300: 0, total: 12345678901 }, full: { avg10: 0, avg60: 0, avg300: 0, total: 0 } };
  expect(JSON.parse(formatWideJson(statsJson(readV2Stats(tree.path))))).toMatchObject({
    cpu: {
      usage: { total: 100000, kernel: 40000, user: 60000 },
      throttling: { periods: 7, throttledPeriods: 2, throttledTime: 9000 },
      psi: pressure,
    },
    memory: {
      cache: 4096,
      usage: { limit: 5000, usage: 1000, max: 2000, failcnt: 0 },
      swap: { limit: 5050, usage: 1010, failcnt: 0 },
      raw: { anon: 5, file: 4096 },
    },
    pids: { current: 4, limit: 9 },
    blkio: {
      ioServiceBytesRecursive: [
        { major: 8, op: "Read", value: 4096 },
        { major: 8, op: "Write", value: 1 },
      ],
      ioServicedRecursive: [
        { major: 8, op: "Read", value: 2 },
        { major: 8, op: "Write", value: 3 },
      ],
    },
  });
});

test("no limit on v2 is the largest number of 64 bits, to the last digit, and without a controller processes are counted", async () => {
  await using tree = await tempDir({ ...V2, "memory.max": "max\n", "pids.current": "", "pids.max": "", "cgroup.procs": "1\n2\n" });
  const text = formatWideJson(statsJson(readV2Stats(tree.path)));
  expect(text).toContain('"memory":{"cache":4096,"usage":{"limit":18446744073709551615,');
  expect(text).toContain('"pids":{"current":2}');
});

test("a cgroup that is gone has used nothing", async () => {
  const nowhere = { cpu: hostPath("/nowhere"), memory: hostPath("/nowhere"), cpuset: hostPath("/nowhere") };
  expect(formatWideJson(statsJson(readV1Stats(nowhere)))).toContain('"cpu":{"usage":{"kernel":0,"user":0},"throttling":{}}');
});

test("on v2 each process that was killed for memory is one event", async () => {
  await using tree = await tempDir({ "memory.events": "low 0\noom 1\noom_kill 1\n" });
  const file = join(tree.path, "memory.events");
  using watch = watchOom({ unified: hostPath(tree.path) });
  const isReady = (): boolean => poll([{ fd: watch.fd.number, want: "read" }], 0).length > 0;
  expect([isReady(), watch.take()]).toEqual([false, 0]);
  writeFileSync(file, "low 0\noom 2\noom_kill 3\n");
  expect([isReady(), watch.take(), watch.take()]).toEqual([true, 2, 0]);
  appendFileSync(file, "max 7\n");
  expect([isReady(), watch.take(), isReady()]).toEqual([true, 0, false]);
});

test("without a memory controller there is nothing to watch", () => {
  expect(() => watchOom({ cpu: hostPath("/c") })).toThrow("memory controller missing");
});

test("lists and sizes", () => {
  expect([parseList(""), parseList("0-2,7"), parseList("5")]).toEqual([[], [0, 1, 2, 7], [5]]);
  expect([sizeName(64), sizeName(2048), sizeName(1048576)]).toEqual(["64KB", "2MB", "1GB"]);
});
