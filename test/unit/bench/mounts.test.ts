/** What the bench reads from mountinfo. */
import { expect, test } from "bun:test";
import { hybridCgroupMounts, mountPointsBelow, parseMountinfo } from "../../../bench/mounts.ts";

const HYBRID = `22 1 0:20 / /sys/fs/cgroup rw,relatime shared:1 - tmpfs tmpfs rw,mode=755
23 22 0:21 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
24 22 0:22 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
25 22 0:22 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`;
const UNIFIED = "22 1 0:20 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n23 22 0:20 /a /sys/fs/cgroup/a rw - cgroup2 cgroup2 rw\n";

test("a cgroup2 mount below a tmpfs is found once, whatever the number of mounts on it", () => {
  expect(hybridCgroupMounts(parseMountinfo(HYBRID))).toEqual(["/sys/fs/cgroup/unified"]);
});

test("a host with only cgroup v2, or only v1, is not a hybrid", () => {
  expect(hybridCgroupMounts(parseMountinfo(UNIFIED))).toEqual([]);
  expect(hybridCgroupMounts(parseMountinfo(HYBRID.split("\n").slice(0, 2).join("\n")))).toEqual([]);
});

test("mount points are those below the directory, not those beside it, with their spaces", () => {
  const mounts = parseMountinfo("1 0 0:1 / /t/b\\040c/proc rw - proc proc rw\n2 0 0:1 / /t/b\\040cd rw - proc proc rw\n");

  expect(mountPointsBelow(mounts, "/t/b c")).toEqual(["/t/b c/proc"]);
});
