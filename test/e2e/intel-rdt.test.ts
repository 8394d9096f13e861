/** `linux.intelRdt`, with a file system that behaves as resctrl: few processors have it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { inResctrl } from "../support/fake-resctrl.ts";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { runContainer } from "../support/run-container.ts";
import { sandbox } from "../support/sandbox.ts";
import type { Outcome } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "fuse-device");
const CREATE = '$S create --bundle $B --pid-file $M.pid $I </dev/null >/dev/null || echo "create failed"';
/** Of container and file system; the groups that are left follow. */
const END = '$R delete --force $I; rm -f $M.pid; echo "left: $(cd $M; ls -d * | tr "\\n" " ")"';
/** Whether the container's init, and nobody else, is in that group. */
const holds = (group: string): string => `cmp -s $M/${group}/tasks $M.pid.line && echo "${group} has init"`;
const LINE = "echo $(cat $M.pid) >$M.pid.line";

async function scripted(intelRdt: JsonObject, ...script: readonly string[]): Promise<Outcome> {
  await using box = await sandbox({ args: ["/probe", "sleep-until-signal"], config: { linux: { intelRdt } } });
  const { stdout, stderr, ...rest } = await inResctrl(box, [...script, "rm -f $M.pid.line", END].join("\n"));
  const shown = (text: string): string => text.replaceAll(box.id, "ID").replaceAll(`${box.host}/resctrl`, "/resctrl");
  return { ...rest, stdout: shown(stdout), stderr: shown(stderr) };
}

const lines = ({ stdout }: Outcome): string[] =>
  stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.trim());

test.if(possible)(
  "[C102] [C104] [C107] [C108] a container has a group of its own, with all that is asked for, until it is deleted",
  async () => {
    const rdt = { l3CacheSchema: "L3:0=f;1=f0", memBwSchema: "MB:0=20", schemata: ["L3:1=3", "MB:1=70"], enableMonitoring: true };
    const outcome = await scripted(rdt, CREATE, LINE, holds("$I"), holds("$I/mon_groups/$I"), "cat $M/$I/schemata", "ls $M/mon_groups");
    expect([lines(outcome), outcome.stderr]).toEqual([
      ["ID has init", "ID/mon_groups/ID has init", "L3:0=f;1=3", "MB:0=20;1=70", "left: info mon_data mon_groups schemata tasks"],
      "",
    ]);
  },
);

test.if(possible)("[C102] a process of exec is in the same groups", async () => {
  const exec = "$R start $I && $R exec --detach --pid-file $M.pid $I /probe sleep-until-signal >/dev/null";
  const outcome = await scripted({ enableMonitoring: true }, CREATE, exec, LINE, holds("$I"), holds("$I/mon_groups/$I"));
  expect([lines(outcome).slice(0, 2), outcome.stderr]).toEqual([["ID has init", "ID/mon_groups/ID has init"], ""]);
});

test.if(possible)("[C103] with / it is in the group of all, which stays as it is", async () => {
  const outcome = await scripted({ closID: "/", memBwSchema: "MB:0=100" }, CREATE, LINE, holds("."), "cat $M/schemata");
  expect([lines(outcome), outcome.stderr]).toEqual([
    [". has init", "MB:0=100;1=100", "L3:0=7ff;1=7ff", "left: info mon_data mon_groups schemata tasks"],
    "",
  ]);
});

test.if(possible)("[C105] [C107] a group with a name is made if it is missing, and stays", async () => {
  const rdt = { closID: "gold", l3CacheSchema: "L3:0=00F", enableMonitoring: true };
  const outcome = await scripted(
    rdt,
    CREATE,
    LINE,
    holds("gold"),
    holds("gold/mon_groups/$I"),
    "cat $M/gold/schemata",
    "$R delete $I",
    "ls $M/gold/mon_groups",
  );
  expect([lines(outcome), outcome.stderr]).toEqual([
    [
      "gold has init",
      "gold/mon_groups/ID has init",
      "MB:0=100;1=100",
      "L3:0=f;1=7ff",
      "left: gold info mon_data mon_groups schemata tasks",
    ],
    "",
  ]);
});

test.if(possible)("[C105] [C106] one that is there is used if it has what is asked for", async () => {
  const made = "mkdir $M/gold; echo MB:0=15 >$M/gold/schemata";
  const same = await scripted({ closID: "gold", memBwSchema: "MB:0=15", schemata: ["L3:1=0x7FF"] }, made, CREATE, LINE, holds("gold"));
  const bare = await scripted({ closID: "gold" }, made, CREATE, LINE, holds("gold"));
  const other = await scripted({ closID: "gold", schemata: ["L3:0=f"] }, made, CREATE);
  expect([lines(same)[0], lines(bare)[0], lines(other)[0]]).toEqual(["gold has init", "gold has init", "create failed"]);
  expect(other.stderr).toContain("cannot use resctrl group gold: it has L3:0=7ff, not f");
  expect(other.stderr).toContain("/linux/intelRdt/schemata/0");
});

test.if(possible)("[C106] one that is missing, and of which nothing is said, is an error", async () => {
  const outcome = await scripted({ closID: "gold" }, CREATE);
  expect(lines(outcome)).toEqual(["create failed", "left: info mon_data mon_groups schemata tasks"]);
  expect(outcome.stderr).toContain("/linux/intelRdt/closID");
});

for (const [words, rdt, message, pointer] of [
  [
    "a line that the kernel refuses",
    { schemata: ["L3:0=f", "L3:9=1"] },
    "invalid argument (mask or bandwidth out of range)",
    "/linux/intelRdt/schemata/1",
  ],
  [
    "a line that the kernel refuses for a new group with a name",
    { closID: "gold", l3CacheSchema: "L3:0=f", memBwSchema: "MB:0=300" },
    "invalid argument (mask or bandwidth out of range)",
    "/linux/intelRdt/memBwSchema",
  ],
  ["a name that the kernel uses itself", { closID: "info" }, "cannot use resctrl group info", "/linux/intelRdt/closID"],
] as const) {
  test.if(possible)(`[C16] ${words} is an error with its reason, and nothing is left`, async () => {
    const outcome = await scripted(rdt, CREATE);
    expect(lines(outcome)).toEqual(["create failed", "left: info mon_data mon_groups schemata tasks"]);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).toContain(pointer);
  });
}

test.if(possible)("[C108] a processor that has no more groups is an error", async () => {
  const outcome = await scripted({}, "mkdir $M/a $M/b $M/c $M/d", CREATE);
  expect([lines(outcome)[0], outcome.stderr]).toEqual([
    "create failed",
    expect.stringContaining("no space left on device (out of CLOSIDs)"),
  ]);
});

test.if(possible)("update changes the shares, all or none", async () => {
  const update = (...flags: string[]): string => `$R update ${flags.join(" ")} $I || echo "update failed"`;
  const outcome = await scripted(
    { l3CacheSchema: "L3:0=f" },
    CREATE,
    update("--l3-cache-schema", "L3:1=3", "--mem-bw-schema", "MB:0=30"),
    "cat $M/$I/schemata",
    update("--l3-cache-schema", "L3:1=7", "--mem-bw-schema", "MB:0=300"),
    "sort $M/$I/schemata",
  );
  const now = ["L3:0=f;1=3", "MB:0=30;1=100"];
  expect(lines(outcome).slice(0, 5)).toEqual([...now, "update failed", ...now]);
  expect(outcome.stderr).toContain(
    'cannot write "MB:0=300" to the schemata of resctrl group /resctrl/ID: invalid argument (mask or bandwidth out of range)',
  );
  expect(outcome.stderr).toContain("option --mem-bw-schema");
});

for (const [words, enableMonitoring, total] of [
  ["of its own monitoring group", true, "70000"],
  ["of all in its group, without one", false, "9007199254740993"],
] as const) {
  test.if(possible)(`events tells its shares, and the counters ${words}`, async () => {
    const outcome = await scripted({ memBwSchema: "MB:0=20", enableMonitoring }, CREATE, "$R events --stats $I");
    expect(outcome.stdout).toContain(
      '"intel_rdt":{"l3_cache_info":{"cbm_mask":"7ff","min_cbm_bits":1,"num_closids":4},"l3_cache_schema_root":"L3:0=7ff;1=7ff","l3_cache_schema":"L3:0=7ff;1=7ff",' +
        '"mem_bw_info":{"bandwidth_gran":10,"delay_linear":1,"min_bandwidth":10,"num_closids":4},"mem_bw_schema_root":"MB:0=100;1=100","mem_bw_schema":"MB:0=20;1=100",' +
        '"schemata":["L3:0=7ff;1=7ff","    MB:0=20;1=100"],' +
        `"mbm_stats":[{"mbm_total_bytes":${total},"mbm_local_bytes":0}],"cmt_stats":[{"llc_occupancy":4096}]}`,
    );
  });
}

test.if(possible)("without linux.intelRdt nothing is touched, and update says that there is no share to change", async () => {
  await using box = await sandbox({ args: ["/probe", "sleep-until-signal"] });
  const { stdout, stderr } = await inResctrl(box, [CREATE, "$R update --l3-cache-schema L3:0=1 $I", END].join("\n"));
  expect([stdout, stderr.split("\n")[0]]).toEqual([
    "left: info mon_data mon_groups schemata tasks \n",
    "Intel RDT/CAT: l3 cache schema is not enabled",
  ]);
});

test.if(requires("root"))("[C102] where no resctrl is mounted it is refused", async () => {
  const { exitCode, stderr } = await runContainer({ config: { linux: { intelRdt: {} } } });
  expect(exitCode).toBe(1);
  expect(stderr).toContain("no resctrl file system is mounted");
  expect(stderr).toContain("/linux/intelRdt");
});
