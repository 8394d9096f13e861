/**
 * Class: a whole procfs or sysfs left outside the root of a container without pivot_root. Wherever one is mounted in the mount namespace,
 * hidden or not, the kernel lets a user namespace mount another one, without the masks of the container's.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { FORMS, type Form, formed, NO_MOUNT, NO_PIVOT, ROOTLESS, USER_NAMESPACE } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
/** Lets root create a user namespace. */
const RIGHTS = ["CAP_SETFCAP"];
const NESTED = {
  args: ["/probe", "nested", "/tmp"],
  config: { process: { capabilities: { bounding: RIGHTS, effective: RIGHTS, permitted: RIGHTS, ambient: null } } },
};
const REFUSED = "nested proc EPERM, sysfs EPERM\n";

/** Runs the rest of its words on a host with additional mounts. */
const onHost = (mounts: string): string[] => [
  "unshare",
  "--mount",
  "--propagation",
  "private",
  "sh",
  "-c",
  `set -e; cd "$0"; mkdir a b c; mount -t tmpfs tmpfs b; mkdir b/d; ${mounts}; exec "$@"`,
];

const STACKED = "mount -t proc proc /proc; mount -t proc proc a; mount -t sysfs sysfs a; mount -t tmpfs tmpfs c; mount -t proc proc c";
/** What covers a mount's directory may contain a directory of the same name. */
const HIDDEN = "mount -t proc proc b/d; mount -t sysfs sysfs b/d; mount -t tmpfs tmpfs b";
const HIDDEN_BESIDE_ANOTHER = `${HIDDEN}; mkdir b/d; mount -t proc proc b/d; mount -t tmpfs tmpfs b`;
const BELOW_THE_ROOT = 'mount -t proc proc "$ROOTFS/tmp"; mount -t tmpfs tmpfs "$ROOTFS/tmp"';

for (const [what, mounts] of Object.entries({ "as it is": ":", stacked: STACKED, hidden: HIDDEN, "hidden twice": HIDDEN_BESIDE_ANOTHER })) {
  test.if(root)(`no procfs or sysfs of the host is left that would permit another, if they are ${what}`, async () => {
    await using container = await formed(NO_PIVOT, NESTED);
    expect(await container.run({ outer: [...onHost(mounts), container.box.host] })).toEqual({ exitCode: 0, stdout: REFUSED, stderr: "" });
  });
}

test.if(root)("a covered one inside the root itself is not left behind either", async () => {
  await using container = await formed(NO_PIVOT, { ...NESTED, args: ["/probe", "nested", "/root"] });
  const outer = ["env", `ROOTFS=${container.box.rootfs}`, ...onHost(BELOW_THE_ROOT), container.box.host];
  expect(await container.run({ outer })).toEqual({ exitCode: 0, stdout: REFUSED.replace("/tmp", "/root"), stderr: "" });
});

const withoutPivot = (form: Form): Form => ({ ...form, name: `${form.name} without pivot_root`, flags: ["--no-pivot"] });
for (const form of [USER_NAMESPACE, ...ROOTLESS].map(withoutPivot)) {
  test.if(root)(`those that cannot be unmounted are covered, ${form.name}`, async () => {
    await using container = await formed(form, NESTED);
    const outer = [...onHost(STACKED), container.box.host];
    expect(await container.run({ outer })).toEqual({ exitCode: 0, stdout: REFUSED, stderr: expect.any(String) });
  });

  test.if(root)(`one that can neither be unmounted nor covered keeps the container from starting, ${form.name}`, async () => {
    await using container = await formed(form, NESTED);
    const { exitCode, stdout, stderr } = await container.run({
      outer: [...onHost("mount -t proc proc b/d; mount -t tmpfs tmpfs b"), container.box.host],
    });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringContaining("hidden below another mount"),
    });
  });
}

const hasMounts = (form: Form): boolean => form !== NO_MOUNT; // its root can reach the host's anyway
for (const form of FORMS.filter(hasMounts)) {
  test.if(root)(`with pivot_root nothing of the host is left anyway, ${form.name}`, async () => {
    await using container = await formed(form, NESTED);
    const { exitCode, stdout } = await container.run({ outer: [...onHost(`${STACKED}; ${HIDDEN}`), container.box.host] });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: REFUSED });
  });
}
