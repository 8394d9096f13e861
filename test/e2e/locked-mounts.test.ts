/**
 * What the host forbids on a mount stays forbidden in a container with a user namespace (mount_namespaces(7)): flags of the
 * source that config.json does not mention are kept, and options against one are an error. The container has CAP_SYS_ADMIN
 * over its namespaces, and tries.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { withoutInodeNumbers } from "../support/shown.ts";
import type { Outcome } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { defaultNamespaces } from "./corpus/case.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "user-namespace", "mount-setattr");
const MAPS = [{ containerID: 0, hostID: 100000, size: 65536 }];
const ADMIN = ["CAP_SYS_ADMIN"];
const LINUX = { namespaces: defaultNamespaces("user"), uidMappings: MAPS, gidMappings: MAPS };

/** In its own mount namespace: $1 is a tmpfs with flags $2, and $1/sub one that is read-only, nosuid and noexec. Then runs the rest. */
const HOST = `
  set -e; at=$1 flags=$2; shift 2
  mount -t tmpfs -o mode=777 tmpfs "$at"; mkdir "$at/sub"; mount -t tmpfs -o mode=777 tmpfs "$at/sub"
  mount -o "remount,bind,$flags" "$at"; mount -o remount,bind,ro,nosuid,noexec "$at/sub"
  exec "$@"`;

const TRIES = ["mount", "/data", "mount", "/data/sub", "write", "/data/new", "x", "remount-rw", "/data", "remount-rw", "/data/sub"];

async function runOn(
  flags: string,
  options: readonly string[],
  more: { readonly mount?: JsonObject; readonly args?: readonly string[] } = {},
) {
  await using box = await sandbox({
    args: ["/probe", ...(more.args ?? TRIES)],
    config: { root: { readonly: false }, process: { capabilities: { bounding: ADMIN, permitted: ADMIN, effective: ADMIN } }, linux: LINUX },
    mounts: [{ destination: "/data", source: "@HOST@/data", options, ...more.mount }],
    rootfs: { data: { directory: true } },
    host: { data: { directory: true } },
  });
  const outcome = await box.call(["run", "--bundle", box.path, box.id], {
    prefix: ["unshare", "--mount", "--propagation", "private", "sh", "-c", HOST, "sh", `${box.host}/data`, flags],
  });
  return { ...outcome, left: box.leftovers() };
}

const linesOf = ({ stdout }: Outcome): string[] => withoutInodeNumbers(stdout.trimEnd()).split("\n");
const SUB = "mount /data/sub tmpfs ro,nosuid,noexec,relatime | rw,mode=777 | private";

/** Flags of the host's mount, the options of the bind, and the flags that the container sees. */
const KEPT: readonly [string, string[], string][] = [
  ["ro,noexec", ["rbind"], "ro,noexec,relatime"],
  ["ro,noexec", ["rbind", "nosuid", "nodev"], "ro,nosuid,nodev,noexec,relatime"],
  ["ro,nosuid,nodev,noexec", ["rbind", "ro"], "ro,nosuid,nodev,noexec,relatime"],
  ["ro,nosymfollow", ["rbind", "nosuid"], "ro,nosuid,relatime,nosymfollow"],
  ["ro,noatime,nodiratime", ["rbind", "nosuid"], "ro,nosuid,noatime,nodiratime"],
  ["ro,strictatime", ["rbind", "noexec"], "ro,noexec"],
  ["ro", ["rbind", "relatime", "suid", "dev", "exec"], "ro,relatime"],
  ["ro,noexec", ["rbind", "rnosuid"], "ro,nosuid,noexec,relatime"],
];

test.if(possible).each(KEPT)("a mount that is %s on the host and bound with %j is no more inside", async (flags, options, seen) => {
  const outcome = await runOn(flags, options);
  expect(outcome.stderr).toBe("");
  expect(linesOf(outcome)).toEqual([`mount /data tmpfs ${seen} | rw,mode=777 | private`, SUB, ...REFUSED]);
});

const REFUSED = ["write /data/new EROFS", "remount-rw /data EPERM", "remount-rw /data/sub EPERM"];

test.if(possible && requires("mapped-layers"))("nor is one whose ids are mapped, by who could do more", async () => {
  const outcome = await runOn("ro,noexec", ["rbind", "ridmap"]);
  expect(outcome.stderr).toBe("");
  expect(linesOf(outcome)).toEqual([
    "mount /data tmpfs ro,noexec,relatime,idmapped | rw,mode=777 | private",
    SUB.replace("relatime", "relatime,idmapped"),
    ...REFUSED,
  ]);
  expect((await runOn("ro", ["rbind", "idmap", "rw"])).stderr).toContain("clear MOUNT_ATTR_RDONLY: operation not permitted");
});

test.if(possible).each<[string, string[], string]>([
  ["ro", ["rbind", "rw"], "clear MOUNT_ATTR_RDONLY"],
  ["ro", ["rbind", "ro", "rw"], "clear MOUNT_ATTR_RDONLY"],
  ["noexec", ["rbind", "exec"], "clear MOUNT_ATTR_NOEXEC"],
  ["nosuid", ["rbind", "ro", "suid"], "clear MOUNT_ATTR_NOSUID"],
  ["nodev", ["rbind", "dev"], "clear MOUNT_ATTR_NODEV"],
  ["noatime", ["rbind", "relatime"], "set MOUNT_ATTR_RELATIME"],
  ["relatime", ["rbind", "strictatime"], "set MOUNT_ATTR_STRICTATIME"],
  ["nodiratime", ["rbind", "diratime"], "clear MOUNT_ATTR_NODIRATIME"],
  ["rw", ["rbind", "rrw"], "clear MOUNT_ATTR_RDONLY"],
  ["rw", ["rbind", "rexec"], "clear MOUNT_ATTR_NOEXEC"],
])("a mount that is %s on the host cannot be bound with %j", async (flags, options, said) => {
  const { exitCode, stdout, stderr, left } = await runOn(flags, options);
  const [error = "", place = "", call = ""] = stderr.split("\n");
  expect({ exitCode, stdout, left }).toEqual({ exitCode: 1, stdout: "", left: [] });
  expect(error).toMatch(/error mounting "\S+\/data" to rootfs at "\/data": .*: operation not permitted$/);
  expect(error).toContain(said);
  expect([place, call]).toEqual([expect.stringContaining(" /mounts/7/options"), "  kernel: mount_setattr(2) gave EPERM"]);
});

test.if(possible)("what the host has mounted over a directory stays over it", async () => {
  const outcome = await runOn("rw", ["rbind"], { args: ["umount", "/data/sub", "mount", "/data/sub"] });
  expect(linesOf(outcome)).toEqual(["umount /data/sub EINVAL", SUB]);
  const alone = await runOn("rw", ["bind"]);
  expect([alone.exitCode, alone.stderr.split("\n")[0]]).toEqual([1, expect.stringMatching(/ open \S+\/data: invalid argument$/)]);
  expect(alone.stderr).toContain("hint: in a user namespace a directory comes with the mounts");
});

test.if(possible)("if nothing is locked, config.json decides", async () => {
  const outcome = await runOn("rw", ["rbind", "rw", "exec", "suid", "dev", "nosymfollow"]);
  expect(linesOf(outcome)).toEqual([
    "mount /data tmpfs rw,relatime,nosymfollow | rw,mode=777 | private",
    SUB,
    "write /data/new ok",
    "remount-rw /data ok",
    "remount-rw /data/sub EPERM",
  ]);
});

test.if(possible)("a read-only root shared with other containers stays read-only, whoever maps the ids", async () => {
  await using box = await sandbox({
    args: ["/probe", "write", "/new", "x", "remount-rw", "/", "write", "/new", "x"],
    config: { process: { capabilities: { bounding: ADMIN, permitted: ADMIN, effective: ADMIN } }, linux: LINUX },
  });
  const layer = join(box.path, "layer");
  await cp(box.rootfs, layer, { recursive: true });
  for (const driver of ["overlay", "vfs"].filter((name) => name === "vfs" || requires("mapped-layers"))) {
    const layers = { schemaVersion: 1, layers: [layer], driver, options: { readonly: true, idmap: true } };
    await Bun.write(join(box.path, "layers.json"), JSON.stringify(layers));
    const { stdout } = await box.must(["run", "--bundle", box.path, box.id]);
    expect(stdout).toBe("write /new EROFS\nremount-rw / EPERM\nwrite /new EROFS\n");
  }
});
