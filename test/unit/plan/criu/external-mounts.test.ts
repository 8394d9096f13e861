/** Which mounts of a container come from the host, by what /proc/PID/mountinfo shows of them. */
import { describe, expect, test } from "bun:test";
import { findExternalMounts, mayWait, type SeenMount, type Surroundings } from "../../../../src/plan/criu/external-mounts.ts";

const HOST: Surroundings = { hostDevices: new Set(["8:1", "0:20"]), hasCgroupNamespace: false };
const TOP = seen("/", "ext4", "8:1", "/bundle/rootfs");

function seen(mountPoint: string, type: string, device: string, root = "/"): SeenMount {
  return { mountPoint, type, device, root, flags: "rw" };
}

describe("a mount is made anew", () => {
  test.each([
    ["procfs", seen("/proc", "proc", "0:50")],
    ["procfs of the host's pid namespace", seen("/proc", "proc", "0:20")],
    ["a tmpfs", seen("/dev", "tmpfs", "0:51")],
    ["terminals", seen("/dev/pts", "devpts", "0:52")],
    ["all cgroups of a hierarchy", seen("/sys/fs/cgroup/cpu", "cgroup", "0:20")],
    ["a part of the root", seen("/copy", "ext4", "8:1", "/bundle/rootfs/etc")],
  ])("%s", (_, mount) => {
    expect(findExternalMounts([TOP, mount], HOST)).toEqual([]);
  });

  test("a part of a tmpfs that is", () => {
    expect(findExternalMounts([TOP, seen("/proc/keys", "tmpfs", "0:51", "/null"), seen("/dev", "tmpfs", "0:51")], HOST)).toEqual([]);
  });

  test("cgroups, if the container has a namespace of them", () => {
    const mounts = [TOP, seen("/sys/fs/cgroup", "cgroup2", "0:20", "/box")];
    expect(findExternalMounts(mounts, { ...HOST, hasCgroupNamespace: true })).toEqual([]);
  });
});

describe("a mount comes from the host", () => {
  test.each([
    ["another directory of the root's file system", seen("/data", "ext4", "8:1", "/data")],
    ["one whose name begins like the root's", seen("/data", "ext4", "8:1", "/bundle/rootfs2")],
    ["another file system, whole", seen("/data", "xfs", "8:2")],
    ["a tmpfs of the host's", seen("/run/host", "tmpfs", "0:20")],
    ["a part of a tmpfs of the host's", seen("/run/host", "tmpfs", "0:20", "/lock")],
    ["a part of a tmpfs that is mounted nowhere else", seen("/x", "tmpfs", "0:77", "/y")],
    ["its cgroup, without a namespace of them", seen("/sys/fs/cgroup/cpu", "cgroup", "0:20", "/box")],
  ])("%s", (_, mount) => {
    expect(findExternalMounts([TOP, mount], HOST)).toEqual([mount.mountPoint]);
  });
});

test("the root itself is none of them, whatever it is", () => {
  expect(findExternalMounts([seen("/", "overlay", "0:99")], HOST)).toEqual([]);
});

describe("what CRIU would mix up is refused", () => {
  test("a name in which it would find its end", () => {
    expect(() => findExternalMounts([TOP, seen("/a]:b", "xfs", "8:2")], HOST)).toThrow(
      'cannot tell CRIU of the mount on "/a]:b": it would take the "]" for the end of the name',
    );
  });

  test("two mounts on one name", () => {
    const mounts = [TOP, seen("/data", "xfs", "8:2"), seen("/data", "tmpfs", "0:60")];
    expect(() => findExternalMounts(mounts, HOST)).toThrow("there are several mounts on it, one over the other");
  });

  test("but not where it has to be told nothing", () => {
    expect(findExternalMounts([TOP, seen("/a]", "tmpfs", "0:60"), seen("/b,[c", "xfs", "8:2")], HOST)).toEqual(["/b,[c"]);
  });
});

test.each([
  ["the host's", seen("/a", "fuse", "8:1"), false],
  ["of the kernel's", seen("/a", "tmpfs", "0:77"), false],
  ["a part of the root", seen("/a", "overlay", "0:60"), false],
  ["served by processes", seen("/a", "fuse", "0:77"), true],
  ["which may lie on one", seen("/a", "overlay", "0:77"), true],
])("a look at names may have to wait for the container where it has a file system %s", (_, mount, waits) => {
  expect(mayWait([seen("/", "overlay", "0:60"), mount], HOST)).toBe(waits);
});
