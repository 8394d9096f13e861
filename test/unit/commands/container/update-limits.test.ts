import { expect, test } from "bun:test";
import { ROW } from "../../../../src/commands/container/update.ts";
import { type LimitArguments, limitsOf, optionOf } from "../../../../src/commands/container/update-limits.ts";
import { TABLE } from "../../../../src/commands/index.ts";
import { type Call, parseCommand } from "../../../../src/commands/line/argv.ts";
import type { Resources } from "../../../../src/spec/types.ts";

function limits(line: string): Resources {
  const parsed = parseCommand(TABLE, ["update", ...line.split(" "), "c"]) as Call;
  return limitsOf(parsed.args as unknown as LimitArguments);
}

test.each<[string, Resources]>([
  ["--memory 512m --memory-swap 1g --memory-reservation 1.5kB", { memory: { limit: 536870912, swap: 1073741824, reservation: 1536 } }],
  ["--memory -1 --memory-swap=-1", { memory: { limit: -1, swap: -1 } }],
  ["--memory 65536 --kernel-memory 1M --kernel-memory-tcp 2KiB", { memory: { limit: 65536, kernel: 1048576, kernelTCP: 2048 } }],
  ["--cpu-share 2 --cpu-quota -1 --cpu-period 1000 --cpu-burst 5", { cpu: { shares: 2, quota: -1, period: 1000, burst: 5 } }],
  [
    "--cpu-rt-runtime 5 --cpu-rt-period 10 --cpu-idle 1 --cpuset-cpus 0-1 --cpuset-mems 0",
    { cpu: { realtimeRuntime: 5, realtimePeriod: 10, idle: 1, cpus: "0-1", mems: "0" } },
  ],
  ["--pids-limit -1 --blkio-weight 10", { pids: { limit: -1 }, blockIO: { weight: 10 } }],
  ["--memory=", {}],
])("%s", (line, expected) => {
  expect(limits(line)).toEqual(expected);
});

test.each([
  ["--memory 5x", 'invalid value for memory: "5x"'],
  ["--memory -2", 'invalid value for memory: "-2"'],
  ["--memory 99999999p", 'invalid value for memory: "99999999p"'],
  ["--cpu-share -5", 'invalid value for cpu-share: "-5"'],
  ["--cpu-quota 1.5", 'invalid value for cpu-quota: "1.5"'],
  ["--cpu-idle 2", 'invalid value for cpu-idle: "2"'],
  ["--blkio-weight 70000", 'invalid value for blkio-weight: "70000"'],
  ["--cpuset-cpus x", 'invalid value for cpuset-cpus: it must be a list such as "0-3,7", not "x"'],
  [
    "--memory 2m --memory-swap 1m",
    'invalid value for memory-swap: it includes memory, so it must not be less than "limit", which is 2097152, not 1048576',
  ],
])("%s is refused", (line, message) => {
  expect(() => limits(line)).toThrow(message);
});

test("every limit that has an option is found by it", () => {
  expect([optionOf("/memory/limit"), optionOf("/cpu/shares"), optionOf("/cpu")]).toEqual(["--memory", "--cpu-share", undefined]);
  const known = new Set<string>(ROW.options.map(({ name }) => `--${name}`));
  const pointers = ["/memory/swap", "/memory/reservation", "/cpu/burst", "/cpu/idle", "/pids/limit", "/blockIO/weight"];
  expect(pointers.map(optionOf).filter((option) => option === undefined || !known.has(option))).toEqual([]);
});
