/**
 * AppArmor profiles and SELinux labels. Machines that enforce neither refuse them; where the files by which they would be known
 * are made up, in a mount namespace of the test's own, the kernel is asked, and its answer names what was written where.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { type JsonObject, parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const LABEL = "system_u:system_r:container_t:s0:c1,c2";
const FILES = "system_u:object_r:container_file_t:s0:c1,c2";
const hasNone = !existsSync("/sys/fs/selinux/enforce") && !existsSync("/sys/module/apparmor/parameters/enabled");
if (!hasNone) process.stderr.write("skip: this kernel has AppArmor or SELinux\n");
const root = requires("root") && hasNone;

const CONFIGS: readonly (readonly [name: string, config: JsonObject, pointer: string, message: string])[] = [
  [
    "AppArmor",
    { process: { apparmorProfile: "docker-default" } },
    "/process/apparmorProfile",
    "unable to apply apparmor profile: AppArmor is disabled or not supported on this host",
  ],
  [
    "SELinux",
    { process: { selinuxLabel: LABEL } },
    "/process/selinuxLabel",
    "selinux label is specified in config, but selinux is disabled or not supported",
  ],
  [
    "SELinux for mounts",
    { linux: { mountLabel: FILES } },
    "/linux/mountLabel",
    "selinux label is specified in config, but selinux is disabled or not supported",
  ],
];

for (const [name, config, pointer, message] of CONFIGS) {
  test.if(root)(`a host without ${name} refuses its label, in run and in check`, async () => {
    await using box = await sandbox({ config });
    const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
    const [said = "", place = ""] = stderr.split("\n");
    expect([exitCode, said, place.endsWith(` ${pointer}`)]).toEqual([1, message, true]);
    const checked = parseObject((await box.call(["check", "--bundle", box.path, "--format", "json"])).stdout);
    const findings = (checked.problems as readonly JsonObject[]).filter((one) => one.pointer === pointer);
    expect(findings.map(({ severity, problem }) => [severity, problem])).toEqual([["error", message]]);
  });
}

test.if(root)("an empty label is none", async () => {
  await using box = await sandbox({ config: { process: { apparmorProfile: "", selinuxLabel: "" }, linux: { mountLabel: "" } } });
  await box.must(["run", "--bundle", box.path, box.id]);
});

/** As if AppArmor were enabled, and SELinux mounted. */
const PRETEND = `
  mount -t tmpfs none /sys/module && mkdir -p /sys/module/apparmor/parameters && echo Y >/sys/module/apparmor/parameters/enabled
  mkdir -p "$0" && mount --rbind /sys/fs/cgroup "$0" && mount -t tmpfs none /sys/fs && mkdir /sys/fs/cgroup /sys/fs/selinux
  echo 1 >/sys/fs/selinux/enforce && mount --rbind "$0" /sys/fs/cgroup && exec "$@"`;

const ASKED: readonly (readonly [name: string, config: JsonObject, flags: readonly string[], first: string, place: string])[] = [
  [
    "[C59] an AppArmor profile is written for the program",
    { process: { apparmorProfile: "docker-default" } },
    [],
    "unable to apply apparmor profile: apparmor failed to apply profile: write /proc/self/attr/exec: invalid argument",
    "/process/apparmorProfile",
  ],
  [
    "the label of a process is written for its keyring",
    { process: { selinuxLabel: LABEL } },
    [],
    "write /proc/self/attr/keycreate: invalid argument",
    "/process/selinuxLabel",
  ],
  [
    "[C59] the label of a process is written for the program",
    { process: { selinuxLabel: LABEL } },
    ["--no-new-keyring"],
    "write /proc/self/attr/exec: invalid argument",
    "/process/selinuxLabel",
  ],
  [
    "[C120] the label of mounts is an option of new file systems",
    { linux: { mountLabel: FILES } },
    ["--no-new-keyring"],
    `error mounting "tmpfs" to rootfs at "/dev": cannot make tmpfs file system "tmpfs" as #15, options mode=755,size=65536k,context=${FILES}`,
    "/mounts/1",
  ],
];

for (const [name, config, flags, message, pointer] of ASKED) {
  test.if(root)(`${name}, and what the kernel says of it is the error`, async () => {
    await using box = await sandbox({ config });
    const prefix = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", PRETEND, `${box.directory}/cgroups`];
    const { exitCode, stderr } = await box.call(["run", ...flags, "--bundle", box.path, box.id], { prefix });
    expect([exitCode, stderr.includes(`error during container init: ${message}`), stderr.includes(` ${pointer}`)]).toEqual([1, true, true]);
  });
}
