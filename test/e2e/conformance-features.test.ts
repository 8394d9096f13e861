/** The output of `features` is true: everything it lists works, and what it calls disabled is refused. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { isObject, type Json, type JsonObject, parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { runContainer } from "../support/run-container.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { namespaces } from "./corpus/case.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const { hooks, mountOptions, linux } = readFeatures();
const MAPS = [{ containerID: 0, hostID: 100000, size: 65536 }];
const ID_MAPS = { uidMappings: MAPS, gidMappings: MAPS };
/** Options that make something other than a new file system. */
const OF_BINDS = new Set(["bind", "rbind", "idmap", "ridmap", "remount"]);

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

function readFeatures(): { readonly hooks: Json | undefined; readonly mountOptions: Json | undefined; readonly linux: JsonObject } {
  const told = parseObject(Bun.spawnSync([...runtimeUnderTest().argv, "features"]).stdout.toString());
  return { hooks: told.hooks, mountOptions: told.mountOptions, linux: isObject(told.linux) ? told.linux : {} };
}

function namesIn(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.map(String) : [];
}
