/** A bind of a shared mount: mounts that the container makes below it stay its own, unless config.json asks for more. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { defaultNamespaces } from "./corpus/case.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const MAPS = [{ containerID: 0, hostID: 100000, size: 65536 }];
const USER_NAMESPACE = { namespaces: defaultNamespaces("user"), uidMappings: MAPS, gidMappings: MAPS };
const WITH_ADMIN = ["CAP_SYS_ADMIN"];

/**
 * A mount namespace for this test alone, in which $1 is a shared tmpfs with the directory `inside`. It runs the rest of
 * its words there, and afterwards prints what is mounted below $1.
 */
const SHARE = `
  set -e; at=$1; shift
  mount -t tmpfs tmpfs "$at"; mount --make-shared "$at"; mkdir "$at/inside"
  "$@"
  cut -d " " -f 5 /proc/self/mountinfo | grep "^$at" | sed "s,^$at,outside: shared,"`;

test.if(root && requires("user-namespace"))(
  "a mount made in a user-namespace container below a bind of a shared mount does not appear on the host",
  async () => {
    expect(await mountsOf(USER_NAMESPACE, "rbind")).toEqual([...MOUNTED_INSIDE, "outside: shared"]);
  },
);

test.if(root && requires("user-namespace"))(
  "a mount made in a user-namespace container does not appear on the host even below a bind that is to be shared",
  async () => {
    const linux = { ...USER_NAMESPACE, rootfsPropagation: "shared" };
    expect(await mountsOf(linux, "rbind", "rshared")).toEqual([...MOUNTED_INSIDE, "outside: shared"]);
  },
);

test.if(root)("[C117] a mount made in a container below a bind of a shared mount does not appear on the host", async () => {
  expect(await mountsOf({}, "rbind")).toEqual([...MOUNTED_INSIDE, "outside: shared"]);
});

test.if(root)("[C40] [C117] a mount made below a shared bind appears on the host when the root is shared too", async () => {
  expect(await mountsOf({ rootfsPropagation: "shared" }, "rbind", "rshared")).toEqual([
    ...MOUNTED_INSIDE,
    "outside: shared",
    "outside: shared/inside",
  ]);
});

const MOUNTED_INSIDE = ["mount-tmpfs ok", "stat /shared/inside/made d 0755 0:0"];

/** A container with CAP_SYS_ADMIN mounts a tmpfs below the bind of the shared one: returns what it and then the host see. */
async function mountsOf(linux: JsonObject, ...options: readonly string[]): Promise<string[]> {
  await using box = await sandbox({
    args: ["/probe", "mount-tmpfs", "/shared/inside", "mkdir", "/shared/inside/made", "stat", "/shared/inside/made"],
    config: { process: { capabilities: { bounding: WITH_ADMIN, permitted: WITH_ADMIN, effective: WITH_ADMIN } }, linux },
    mounts: [{ destination: "/shared", source: "@HOST@/shared", options }],
    rootfs: { shared: { directory: true } },
    host: { shared: { directory: true } },
  });
  const { stdout, stderr, exitCode } = await box.call(["run", "--bundle", box.path, box.id], {
    prefix: ["unshare", "--mount", "--propagation", "private", "sh", "-c", SHARE, "sh", `${box.host}/shared`],
  });
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return stdout.split("\n").filter((line) => line !== "" && !line.startsWith("mkdir"));
}
