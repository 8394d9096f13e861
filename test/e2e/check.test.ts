/** check: reports everything wrong with a bundle at once and in its place, and nothing that is fine. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Recipe } from "../support/bundle.ts";
import { isObject, type JsonObject, parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import type { Outcome } from "../support/spawn.ts";

const root = requires("root");
const NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];

interface Told {
  readonly severity: string;
  readonly pointer: string;
  readonly location: string | null;
  readonly problem: string;
}

/** What `check --format json` prints. */
async function checked(box: Sandbox, prefix: readonly string[] = []): Promise<{ exitCode: number; ok: boolean; problems: Told[] }> {
  const { exitCode, stdout, stderr } = await box.call(["check", "--bundle", box.path, "--format", "json"], { prefix });
  if (stderr !== "") throw new Error(stderr);
  const { ok, problems } = parseObject(stdout);
  const told = (Array.isArray(problems) ? problems.filter(isObject) : []).map(({ severity, pointer, location, problem }: JsonObject) => ({
    severity: String(severity),
    pointer: String(pointer),
    location: location === null ? null : String(location),
    problem: String(problem),
  }));
  return { exitCode, ok: ok === true, problems: told };
}

/** `error /mounts/3/source`, in the order of the output. */
async function headsOf(recipe: Recipe, prefix: readonly string[] = []): Promise<string[]> {
  await using box = await sandbox(recipe);
  const { problems } = await checked(box, prefix);
  return problems.map(({ severity, pointer }) => `${severity} ${pointer}`);
}

test.if(root)("the default bundle is fine, and check says so in one line", async () => {
  await using box = await sandbox({});
  const outcome: Outcome = await box.call(["check", "--bundle", box.path]);
  expect(outcome).toEqual({ exitCode: 0, stdout: `ok: ${box.path} can run here\n`, stderr: "" });
});

const MANY: Recipe = {
  args: ["/no/such/program"],
  config: {
    process: {
      apparmorProfile: "none-such",
      capabilities: { bounding: ["CAP_NONE_SUCH"] },
    },
    hooks: { prestart: [{ path: "/no/such/hook" }, { path: "/etc/passwd" }], startContainer: [{ path: "/no/such/inner-hook" }] },
    linux: {
      namespaces: [{ type: "pid" }, { type: "network" }, { type: "ipc", path: "/no/such/namespace" }, { type: "uts" }, { type: "mount" }],
      sysctl: { "net.none.such": "1" },
    },
  },
  mounts: [
    { destination: "/a", type: "bind", source: "/no/such/source", options: ["bind"] },
    { destination: "/b", type: "nosuchfs", source: "none" },
    { destination: "/c", source: "none" },
  ],
};

test.if(root)("problems of every kind are reported together", async () => {
  const heads = await headsOf(MANY);
  expect(heads.toSorted()).toEqual(
    [
      "error /hooks/prestart/0/path",
      "error /hooks/prestart/1/path",
      "error /linux/namespaces/2/path",
      "error /linux/sysctl/net.none.such",
      "error /mounts/7/source",
      "error /mounts/8/type",
      "error /mounts/9",
      ...(apparmorIsThere() ? [] : ["error /process/apparmorProfile"]),
      "warning /hooks/startContainer/0/path",
      "warning /process/args/0",
      "warning /process/capabilities/bounding/0",
    ].toSorted(),
  );
});

function apparmorIsThere(): boolean {
  const file = "/sys/module/apparmor/parameters/enabled";
  return existsSync(file) && readFileSync(file, "utf8").startsWith("Y");
}

test.if(root)("each problem has the place of its value in the file, and they come in the order of the file", async () => {
  await using box = await sandbox(MANY);
  const lines = readFileSync(join(box.path, "config.json"), "utf8").split("\n");
  const { problems } = await checked(box);
  const places = problems.map(({ location }) => (/^config\.json:(\d+):(\d+)$/.exec(location ?? "") ?? []).slice(1).map(Number));
  expect(places).toEqual(places.toSorted(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d));
  const source = problems.findIndex(({ pointer }) => pointer === "/mounts/7/source");
  const [line = 0, column = 0] = places[source] ?? [];
  expect(lines[line - 1]?.slice(column - 1)).toStartWith('"/no/such/source"');
});

test.if(root)("the text has one line for each problem, its hint below it, and the verdict last", async () => {
  await using box = await sandbox({ mounts: [{ destination: "/a", type: "bind", source: "/no/such/source", options: ["bind"] }] });
  const { exitCode, stdout } = await box.call(["check", "--bundle", box.path]);
  const lines = stdout.trimEnd().split("\n");
  expect(exitCode).toBe(1);
  expect(lines[0]).toMatch(/^error: config\.json:\d+:\d+ \/mounts\/7\/source: there is no \/no\/such\/source$/);
  expect(lines.slice(1)).toEqual([
    "  hint: the source of a bind mount must exist on the host",
    `not ok: ${box.path} cannot run here: 1 error`,
  ]);
});

test.if(root)("warnings alone are not a failure", async () => {
  await using box = await sandbox({ args: ["/no/such/program"] });
  const { exitCode, ok, problems } = await checked(box);
  expect([exitCode, ok, problems.map(({ severity }) => severity)]).toEqual([0, true, ["warning"]]);
});

test.if(root)("problems with the schema do not hide those with the host", async () => {
  const broken = { ...MANY, config: { ...MANY.config, hostname: 5 as unknown as string } };
  const heads = await headsOf(broken);
  expect(heads).toContain("error /hostname");
  expect(heads).toContain("error /hooks/prestart/0/path");
  expect(heads).toContain("error /mounts/7/source");
});

test.if(root)("a file that is not JSON is reported with line and column", async () => {
  await using box = await sandbox({});
  await writeFile(join(box.path, "config.json"), '{\n  "ociVersion": }\n');
  const { exitCode, problems } = await checked(box);
  expect([exitCode, problems[0]?.location, problems[0]?.problem]).toEqual([
    1,
    "config.json:2:17",
    'not valid JSON: expected a value, found "}"',
  ]);
});

test.if(root)("a missing root file system does not stop the other checks", async () => {
  await using box = await sandbox({ mounts: [{ destination: "/c", source: "none" }] });
  await rm(box.rootfs, { recursive: true });
  const { problems } = await checked(box);
  expect(problems.map(({ pointer }) => pointer)).toEqual(["/root/path", "/mounts/7"]);
});

test.if(root)("a program is looked for inside the root, whatever links lead out of it", async () => {
  const inside = {
    "usr/bin/tool": { text: "#!", mode: 0o755 },
    sbin: { link: "/usr/bin" },
    up: { link: "../../../usr/bin/tool" },
  } as const;
  const config = { process: { env: ["PATH=/nowhere:/sbin"] } };
  expect(await headsOf({ args: ["/sbin/tool"], rootfs: inside })).toEqual([]);
  expect(await headsOf({ args: ["/up"], rootfs: inside })).toEqual([]);
  expect(await headsOf({ args: ["tool"], rootfs: inside, config })).toEqual([]);
  expect(await headsOf({ args: ["other"], rootfs: inside, config })).toEqual(["warning /process/args/0"]);
  expect(await headsOf({ args: ["/out"], rootfs: { out: { link: "/etc/hostname-of-the-host" } } })).toEqual(["warning /process/args/0"]);
  expect(await headsOf({ args: ["/loop"], rootfs: { loop: { link: "loop" } } })).toEqual(["warning /process/args/0"]);
});

test.if(root)("a program below a mount is not looked up in the root", async () => {
  expect(await headsOf({ args: ["/dev/shm/program"] })).toEqual([]);
});

test.if(root)("a hard limit above one's own is an error without the right to raise it", async () => {
  const hard = 2 ** 53 - 1;
  const recipe = { config: { process: { rlimits: [{ type: "RLIMIT_NOFILE", soft: 10, hard }] } } };
  const dropped = ["setpriv", "--bounding-set", "-sys_resource", "--inh-caps", "-sys_resource"];
  await using box = await sandbox(recipe);
  await box.must(["features"]);
  const limited = ["sh", "-c", 'ulimit -n 4000; exec "$@"', "sh", ...dropped];
  const { problems } = await checked(box, limited);
  expect(problems.map(({ pointer }) => pointer)).toEqual(["/process/rlimits/0/hard"]);
});

test.if(root && requires("cgroupfs-driver"))(
  "an unprivileged user is told which namespaces they cannot make, and a user namespace helps",
  async () => {
    expect(await headsOf({}, NOBODY)).toEqual(["error /linux/namespaces"]);
    const namespaces = ["user", "pid", "ipc", "uts", "mount"].map((type) => ({ type }));
    const mine = [{ containerID: 0, hostID: 65534, size: 1 }];
    const config = { linux: { namespaces, uidMappings: mine, gidMappings: mine, resources: null } };
    const withNamespace = await headsOf({ config }, NOBODY);
    expect(withNamespace.filter((head) => !head.endsWith(" "))).toEqual([]); // except for the cgroup, which no value asked for
  },
);

test.if(root && requires("cgroupfs-driver"))("a user who cannot create cgroups is told so", async () => {
  const namespaces = ["user", "pid", "ipc", "uts", "mount"].map((type) => ({ type }));
  const mine = [{ containerID: 0, hostID: 65534, size: 1 }];
  const config = { linux: { namespaces, uidMappings: mine, gidMappings: mine, resources: null, cgroupsPath: "/of-nobody" } };
  expect((await headsOf({ config }, NOBODY)).filter((head) => head.startsWith("error"))).toEqual(["error /linux/cgroupsPath"]);
});

test.if(root)("root without a capability is told what needs it", async () => {
  const weak = ["setpriv", "--bounding-set", "-mknod,-net_admin", "--inh-caps", "-mknod,-net_admin"];
  const heads = await headsOf({ config: { process: { capabilities: { permitted: ["CAP_KILL", "CAP_MKNOD"] } } } }, weak);
  expect(heads.toSorted()).toEqual(["error ", "error /linux/namespaces/1", "warning /process/capabilities/permitted/1"]);
});

test.if(root)("root without the right to is told what schedules a program, and what has network devices of the host", async () => {
  const weak = ["setpriv", "--bounding-set", "-sys_nice,-net_admin", "--inh-caps", "-sys_nice,-net_admin"];
  const config = {
    process: { scheduler: { policy: "SCHED_RR", priority: 1 }, ioPriority: { class: "IOPRIO_CLASS_BE", priority: 1 } },
    linux: { netDevices: { lo: { name: "lo2" } } },
  };
  expect(await headsOf({ config }, weak)).toEqual([
    "warning /process/scheduler",
    "error /linux/namespaces/1",
    "error /linux/netDevices/lo",
  ]);
});

test.if(root)("a bundle without config.json is an error that says how to make one", async () => {
  await using box = await sandbox({});
  await rm(join(box.path, "config.json"));
  const { exitCode, stdout, stderr } = await box.call(["check", "--bundle", box.path]);
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(`JSON specification file ${box.path}/config.json not found`);
});

test.if(root)("check reports a missing bundle as create does", async () => {
  await using box = await sandbox({});
  for (const [name, reason] of [
    ["missing", "no such file or directory"],
    ["config.json", "not a directory"],
  ]) {
    const bundle = join(box.path, name ?? "");
    const said = await Promise.all([["check"], ["create", box.id]].map((words) => box.call([...words, "--bundle", bundle])));
    for (const { exitCode, stderr } of said) {
      expect([exitCode, stderr]).toEqual([1, `cannot use the bundle: chdir ${bundle}: ${reason}\n`]);
    }
  }
});

test.if(root)("an unsearchable directory is a warning and does not end the check", async () => {
  await using box = await sandbox({
    host: { "closed/file": "" },
    mounts: [{ destination: "/a", type: "bind", source: "@HOST@/closed/file", options: ["bind"] }],
  });
  await chmod(join(box.host, "closed"), 0o700);
  const { problems } = await checked(box, NOBODY);
  const about = problems.filter(({ pointer }) => pointer === "/mounts/7/source");
  expect(about.map(({ severity }) => severity)).toEqual(["warning"]);
});
