/**
 * Containers without their own mount namespace: what they mount is mounted on the host, and must go away with them. The
 * host is played by a mount namespace of each test.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { Recipe } from "../support/bundle.ts";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { withoutInodeNumbers } from "../support/shown.ts";
import type { Outcome } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { namespaces } from "./corpus/case.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const SHARED = { linux: { namespaces: namespaces("pid", "network", "ipc", "uts"), maskedPaths: null, readonlyPaths: null } };

test.if(root)("[C77] without a mount namespace the configured mounts exist, and are gone when the program ends", async () => {
  const args = ["/probe", "mount", "/dev/shm", "mkdir", "/new", "stat", "/dev/null"];
  const outcome = await onHost({ args, config: SHARED }, '"$@" run --bundle "$bundle" "$id"; below');
  expect(outcome).toEqual({
    exitCode: 0,
    stdout: [
      "mount /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime | rw,size=65536k | private",
      "mkdir /new EROFS",
      "stat /dev/null c 0666 0:0 1:3",
      "mounts below the rootfs: 0",
      "",
    ].join("\n"),
    stderr: "",
  });
});

test.if(root)("[C14] [C77] a container shares the host's mount namespace, and delete unmounts its mounts", async () => {
  const script = `
    "$@" create --pid-file "$bundle/pid" --bundle "$bundle" "$id"
    [ "$(readlink /proc/self/ns/mnt)" = "$(readlink "/proc/$(cat "$bundle/pid")/ns/mnt")" ] && echo shared
    [ "$(below)" = "mounts below the rootfs: 0" ] || echo mounted
    "$@" delete --force "$id"
    below`;
  expect(await onHost({ config: SHARED }, script)).toEqual({
    exitCode: 0,
    stdout: "shared\nmounted\nmounts below the rootfs: 0\n",
    stderr: "",
  });
});

test.if(root)("[C16] a create that fails leaves none of its mounts on the host", async () => {
  const failing = { createRuntime: [{ path: "/bin/false" }] };
  const { stdout, stderr } = await onHost({ config: { ...SHARED, hooks: failing } }, '"$@" create --bundle "$bundle" "$id" || below');
  expect(stdout).toBe("mounts below the rootfs: 0\n");
  expect(stderr).toContain("/bin/false");
});

test.if(root)("of two containers on one root directory each has its own mount, and they go in the reverse order", async () => {
  const script = `
    "$@" create --bundle "$bundle" "$id"
    "$@" create --bundle "$bundle" "$id-over"
    "$@" delete --force "$id" || echo covered
    "$@" delete --force "$id-over"
    "$@" delete --force "$id"
    below`;
  const { stdout, stderr } = await onHost({ config: SHARED }, script);
  expect(stdout).toBe("covered\nmounts below the rootfs: 0\n");
  expect(stderr).toContain("there is another mount over that of the container");
});

test.if(root)("only a mount that was at the rootfs before stays there", async () => {
  const script = 'mount --bind "$bundle/rootfs" "$bundle/rootfs"; "$@" run --bundle "$bundle" "$id"; below';
  expect(await onHost({ config: SHARED }, script)).toEqual({ exitCode: 0, stdout: "mounts below the rootfs: 1\n", stderr: "" });
});

/** Runs `script`, in which `"$@"` is the runtime, and `below` counts the mounts at and below the rootfs. */
async function onHost(recipe: Recipe, script: string): Promise<Outcome> {
  await using box = await sandbox(recipe);
  const prepared = `
    set -e; bundle=$1 id=$2; shift 2
    below() { echo "mounts below the rootfs: $(grep -c " $bundle/rootfs[/ ]" /proc/self/mountinfo)"; }
    ${script}`;
  const prefix = ["unshare", "--mount", "--propagation", "private", "sh", "-c", prepared, "sh", box.path, box.id];
  const outcome = await box.call([], { prefix });
  return { ...outcome, stdout: withoutInodeNumbers(outcome.stdout) };
}
