/** The output of `features` is true: everything it lists works, and what it calls disabled is refused. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isObject, type Json, type JsonObject, parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { runContainer } from "../support/run-container.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { namespaces } from "./corpus/case.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const { ociVersionMin, ociVersionMax, hooks, mountOptions, linux } = readFeatures();
const NO_SYNC = { names: ["sync"], action: "SCMP_ACT_ERRNO" };
const MAPS = [{ containerID: 0, hostID: 100000, size: 65536 }];
const ID_MAPS = { uidMappings: MAPS, gidMappings: MAPS };
/** Options that make something other than a new file system. */
const OF_BINDS = new Set(["bind", "rbind", "idmap", "ridmap", "remount"]);

test.if(root)("[C33] [C122] create accepts the lowest and the highest version that is listed, and whatever lies between", async () => {
  expect(Bun.semver.order(String(ociVersionMin), String(ociVersionMax))).toBe(-1);
  for (const ociVersion of [String(ociVersionMin), "1.0.2-dev", "1.1.0", "1.2.1", String(ociVersionMax)]) {
    await using box = await sandbox({ config: { ociVersion } });
    await box.create();
    expect(await box.state()).toMatchObject({ status: "created" });
  }
});

test.if(root)("[C123] what is listed depends on nobody: not on rights, environment, options or cgroups", async () => {
  await using box = await sandbox({});
  const { stdout } = await box.must(["features"]);
  const nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--bounding-set", "-all"];
  const alone = ["unshare", "--mount", "sh", "-c", 'umount --recursive --lazy /sys && exec "$@"', "sh"];
  for (const prefix of [["env", "-i"], nobody, alone]) {
    const [program = "", ...words] = [...prefix, ...runtimeUnderTest().argv, "features"];
    const other = Bun.spawnSync([program, ...words], { cwd: "/" });
    expect([prefix[0], other.stdout.toString(), other.exitCode]).toEqual([prefix[0], stdout, 0]);
  }
});

test.if(root && requires("mount-setattr"))("[C124] a file system can be mounted with every listed option", async () => {
  const options = namesIn(mountOptions).filter((option) => !OF_BINDS.has(option));
  const mounts = options.map((option, i) => ({ destination: `/option/${i}`, type: "tmpfs", source: "tmpfs", options: [option] }));
  const outcome = await runContainer({ config: { root: { readonly: false } }, mounts, args: ["/probe", "say", "all mounted"] });
  expect(options.length).toBeGreaterThan(60);
  expect({ exitCode: outcome.exitCode, stdout: outcome.stdout }).toEqual({ exitCode: 0, stdout: "all mounted\n" });
});

test.if(root)("[C124] an option that is not listed is left to the file system", async () => {
  const mounts = [{ destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["option-of-tomorrow"] }];
  expect((await runContainer({ mounts })).stderr).toContain("invalid argument");
});

test.if(root && requires("mount-setattr"))(
  "[C45] [C124] [C128] the listed options of bind mounts are not for the file system either",
  async () => {
    const over = (option: string): JsonObject[] => [
      {
        destination: `/${option}`,
        type: "bind",
        source: "@HOST@",
        options: option.includes("bind") ? [option] : ["rbind", option],
        ...(option.includes("idmap") ? ID_MAPS : {}),
      },
    ];
    const mounts = ["bind", "rbind", "idmap", "ridmap"].flatMap(over);
    const remount = { destination: "/bind", options: ["remount", "bind", "ro"] };
    const args = ["/probe", ...mounts.flatMap(({ destination }) => ["stat", `${destination}/mine`])];
    const outcome = await runContainer({ config: { root: { readonly: false } }, mounts: [...mounts, remount], host: { mine: "" }, args });
    expect(namesIn(mountOptions)).toEqual(expect.arrayContaining([...OF_BINDS]));
    expect(isObject(linux.mountExtensions) && linux.mountExtensions.idmap).toEqual({ enabled: true });
    expect(outcome.stdout + outcome.stderr).toBe(
      ["bind", "rbind"].map((name) => `stat /${name}/mine - 0644 0:0\n`).join("") +
        ["idmap", "ridmap"].map((name) => `stat /${name}/mine - 0644 100000:100000\n`).join(""),
    );
  },
);

test.if(root && requires("user-namespace", "cgroup-namespace", "time-namespace"))("[C125] every listed namespace can be new", async () => {
  const types = namesIn(linux.namespaces);
  const outcome = await runContainer({
    config: { linux: { namespaces: namespaces(...types), ...ID_MAPS } },
    args: ["/probe", "say", "all new"],
  });
  expect(types).toEqual(["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"]);
  expect(outcome).toEqual({ exitCode: 0, stdout: "all new\n", stderr: "" });
});

test.if(root && requires("user-namespace"))("[C125] every listed capability is known", async () => {
  const names = namesIn(linux.capabilities);
  const capabilities = { bounding: names, permitted: names, effective: names, inheritable: names, ambient: names };
  const own = namespaces("pid", "network", "ipc", "uts", "mount", "user");
  const outcome = await runContainer({ config: { process: { capabilities }, linux: { namespaces: own, ...ID_MAPS } } });
  expect(names.length).toBeGreaterThan(40);
  expect(outcome).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});

test.if(root)("[C124] every listed hook is run", async () => {
  const points = namesIn(hooks);
  const one = (point: string): JsonObject[] => [{ path: "@PROBE@", args: ["probe", "hook", "@HOST@/hooks.log", point] }];
  await using box = await sandbox({
    config: { hooks: Object.fromEntries(points.map((point) => [point, one(point)])) },
    mounts: [{ destination: "@HOST@", type: "bind", source: "@HOST@", options: ["bind"] }],
  });
  await box.must(["run", "--bundle", box.path, box.id]);
  const ran = (await box.hostFile("hooks.log")).trimEnd().split("\n");
  expect(ran.map((line) => String(parseObject(line).hook))).toEqual(points);
});

const IF_ENABLED: readonly (readonly [feature: string, JsonObject, pointer: string])[] = [
  ["seccomp", { linux: { seccomp: { defaultAction: "SCMP_ACT_ALLOW" } } }, "/linux/seccomp"],
  ["apparmor", { process: { apparmorProfile: "unconfined" } }, "/process/apparmorProfile"],
  ["selinux", { process: { selinuxLabel: "system_u:system_r:container_t:s0" } }, "/process/selinuxLabel"],
  ["intelRdt", { linux: { intelRdt: { closID: "group" } } }, "/linux/intelRdt"],
  ["netDevices", { linux: { netDevices: { dummy0: {} } } }, "/linux/netDevices"],
];

for (const [feature, config, pointer] of IF_ENABLED) {
  test.if(root)(`[C127] ${feature} is refused exactly if features calls it disabled`, async () => {
    const { stderr } = await runContainer({ config });
    const told = linux[feature];
    expect(stderr.includes(`cannot honour ${pointer}: this version of lamina does not support it`)).toBe(
      !(isObject(told) && told.enabled === true),
    );
  });
}

/** Where it is shown that what is called enabled works; a new feature without a row fails. */
const PROVEN: Readonly<Record<string, string>> = {
  "cgroup.v1": "test/e2e/corpus/cgroups.ts",
  "cgroup.v2": "test/e2e/cgroup-v2.test.ts",
  "cgroup.systemd": "test/e2e/systemd.test.ts",
  "cgroup.systemdUser": "test/e2e/systemd-session.test.ts",
  "cgroup.rdma": "test/unit/plan/cgroup/limits.test.ts",
  "seccomp.enabled": "test/e2e/seccomp.test.ts",
  "apparmor.enabled": "test/e2e/labels.test.ts",
  "selinux.enabled": "test/e2e/labels.test.ts",
  "intelRdt.enabled": "test/e2e/intel-rdt.test.ts",
  "intelRdt.schemata": "test/e2e/intel-rdt.test.ts",
  "intelRdt.monitoring": "test/e2e/intel-rdt.test.ts",
  "mountExtensions.idmap.enabled": "test/e2e/conformance-features.test.ts",
  "netDevices.enabled": "test/e2e/net-devices.test.ts",
};

test("[C127] whatever is called enabled has a test", () => {
  expect(booleansIn(linux, "").sort()).toEqual(Object.keys(PROVEN).sort());
  expect(Object.values(PROVEN).filter((file) => !existsSync(join(import.meta.dir, "../..", file)))).toEqual([]);
});

test.if(root && requires("seccomp", "libseccomp"))("[C126] every flag that is called supported works", async () => {
  const { supportedFlags } = isObject(linux.seccomp) ? linux.seccomp : {};
  const flags = namesIn(supportedFlags).filter((flag) => flag !== "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"); // seccomp-listener.test.ts has it
  const config = {
    process: { noNewPrivileges: true },
    linux: { seccomp: { defaultAction: "SCMP_ACT_ALLOW", flags, syscalls: [NO_SYNC] } },
  };
  const outcome = await runContainer({ config, args: ["/probe", "say", "filtered"] });
  expect(flags.length).toBeGreaterThan(1);
  expect(outcome).toEqual({ exitCode: 0, stdout: "filtered\n", stderr: "" });
});

function booleansIn(value: JsonObject, at: string): string[] {
  return Object.entries(value).flatMap(([key, one]) =>
    isObject(one) ? booleansIn(one, `${at}${key}.`) : typeof one === "boolean" ? [`${at}${key}`] : [],
  );
}

function readFeatures(): JsonObject & { readonly linux: JsonObject } {
  const told = parseObject(Bun.spawnSync([...runtimeUnderTest().argv, "features"]).stdout.toString());
  return { ...told, linux: isObject(told.linux) ? told.linux : {} };
}

function namesIn(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.map(String) : [];
}
