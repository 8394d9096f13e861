/** File systems with options as engines write them: too long for fsconfig(2), relative, with every kind of escape. */
import type { Case } from "./case.ts";

const LONG = `@HOST@/${"l".repeat(250)}`;

export const FILE_SYSTEMS: readonly Case[] = [
  {
    title: "[C46] layers whose names are more than 255 bytes together make an overlay",
    mounts: [{ destination: "/over", type: "overlay", source: "overlay", options: [`lowerdir=${LONG}/a:${LONG}/b`] }],
    host: { [`${LONG.slice(7)}/a/one`]: "1", [`${LONG.slice(7)}/b/two`]: "2" },
    args: ["/probe", "ls", "/over", "read", "/over/two", "write", "/over/new", "x"],
  },
  {
    title: "[C46] so they do with a writable layer, attributes of the mount, and a source of more than 255 bytes",
    mounts: [
      {
        destination: "/over",
        type: "overlay",
        source: `/${"s".repeat(300)}`,
        options: ["nodev", `lowerdir=${LONG}/a,upperdir=${LONG}/up`, `workdir=${LONG}/work`, "noexec"],
      },
    ],
    host: { [`${LONG.slice(7)}/a/one`]: "1", [`${LONG.slice(7)}/up`]: { directory: true }, [`${LONG.slice(7)}/work`]: { directory: true } },
    args: ["/probe", "write", "/over/new", "x", "ls", "/over"],
  },
  {
    title: "[C46] colons, commas and backslashes in names are escaped as overlay reads them, in options of any length",
    mounts: [
      { destination: "/short", type: "overlay", source: "overlay", options: ["lowerdir=@HOST@/a\\:b:@HOST@/c\\,d:@HOST@/e\\\\f"] },
      { destination: "/long", type: "overlay", source: "overlay", options: [`lowerdir=@HOST@/a\\:b:@HOST@/c\\,d:@HOST@/e\\\\f:${LONG}`] },
    ],
    host: { "a:b/one": "1", "c,d/two": "2", "e\\f/three": "3", [`${LONG.slice(7)}/four`]: "4" },
    args: ["/probe", "ls", "/short", "ls", "/long"],
  },
  {
    title: "[C46] a relative layer counts from the root filesystem, in options of any length",
    follow: {
      as: "runc",
      because: "engines are made for runc, which mounts with the rootfs as its working directory; crun does so in the bundle",
      differs: ["- exit status 0", "+ exit status 1", "- ls /short first second", "- ls /long first second third"],
    },
    mounts: [
      { destination: "/short", type: "overlay", source: "overlay", options: ["lowerdir=one:./two"] },
      { destination: "/long", type: "overlay", source: "overlay", options: [`lowerdir=one:./two:${LONG}`] },
    ],
    rootfs: { "one/first": "1", "two/second": "2" },
    host: { [`${LONG.slice(7)}/third`]: "3" },
    args: ["/probe", "ls", "/short", "ls", "/long"],
  },
  {
    title: "[C46] a tmpfs takes a number with as many zeros before it as one likes",
    mounts: [{ destination: "/scratch", type: "tmpfs", source: "tmpfs", options: [`size=${"0".repeat(300)}1m`, "mode=700", "noexec"] }],
    args: ["/probe", "mount", "/scratch", "stat", "/scratch"],
  },
  {
    title: "[C46] an unknown option among long ones makes create fail",
    mounts: [{ destination: "/scratch", type: "tmpfs", source: "s".repeat(300), options: ["nonsense=1"] }],
    args: ["/probe", "say", "never"],
  },
  {
    title: "a tmpfs below a long overlay is mounted on what that shows",
    follow: {
      as: "crun",
      because: "the mount asks for mode 711; runc 1.1 gives a tmpfs the mode of the directory it covers (runc 1.2 does not)",
      differs: ["- stat /over/sub d 0711 0:0", "+ stat /over/sub d 0755 0:0"],
    },
    mounts: [
      { destination: "/over", type: "overlay", source: "overlay", options: [`lowerdir=${LONG}/a:${LONG}/b`] },
      { destination: "/over/sub", type: "tmpfs", source: "s".repeat(300), options: ["mode=711"] },
    ],
    host: { [`${LONG.slice(7)}/a/sub/hidden`]: "1", [`${LONG.slice(7)}/b/two`]: "2" },
    args: ["/probe", "ls", "/over", "ls", "/over/sub", "stat", "/over/sub"],
  },
  {
    title: "a destination that repeats the path of the root filesystem is one inside it",
    follow: {
      as: "runc",
      because: "callers that write destinations so were made for runc; crun makes the whole path below the root",
      differs: ["- read /data/greeting ok hello", "- ls /deep/er", "+ read /data/greeting ENOENT", "+ ls /deep/er covered"],
    },
    mounts: [
      { destination: "@HOST@/../bundle/rootfs/data", type: "bind", source: "@HOST@/data", options: ["bind"] },
      { destination: "@HOST@/../bundle/rootfs//deep/er/", type: "tmpfs", source: "tmpfs" },
    ],
    rootfs: { "data/covered": "", "deep/er/covered": "" },
    host: { "data/greeting": "hello" },
    args: ["/probe", "read", "/data/greeting", "ls", "/deep/er"],
  },
];
