import { expect, test } from "bun:test";
import type { Mount } from "../../../../src/spec/types.ts";
import { bind, plan, words } from "./mount-plans.ts";

test("a relative source is relative to the bundle, and a relative destination to the root", () => {
  const { steps } = plan([{ destination: "a/../b", source: "data", options: ["bind"] }]);
  expect(words(steps)).toEqual(["clone the mount at /bundle/data as #15", "attach mount #15 at /b"]);
});

test.each([
  ["/proc/meminfo", "attach mount #15 at /proc/meminfo, even on procfs"],
  ["/proc/sys/kernel/hostname", "attach mount #15 at /proc/sys/kernel/hostname"],
])("a bind on %s may lie on procfs only if that file is harmless", (destination, expected) => {
  expect(words(plan([{ ...bind(), destination }]).steps).at(-1)).toBe(expected);
});

test.each([
  ["neither a type nor bind", { destination: "/a", source: "/srv" }, '"type" is missing'],
  ["type bind without the option", { destination: "/a", type: "bind", source: "/srv" }, 'unknown file system type "bind"'],
  ["a bind without a source", { destination: "/a", options: ["bind"] }, '"source" is missing'],
  ["mapped ids of a file system", { destination: "/a", type: "tmpfs", options: ["idmap"] }, "only a bind mount"],
  ["mapped ids of a remount", { destination: "/a", options: ["remount", "bind", "idmap"] }, "only a bind mount"],
  ["mapped ids in crun's words", bind("idmap=uids=0-1-10"), "ids are mapped by uidMappings"],
  ["tmpcopyup of a bind", bind("tmpcopyup"), "tmpcopyup only works on a new tmpfs"],
  ["tmpcopyup of the root", { destination: "/a/..", type: "tmpfs", options: ["tmpcopyup"] }, "would copy the whole root"],
  [
    "more than a page of options",
    { destination: "/a", type: "overlay", options: [`lowerdir=${"l".repeat(4087)}`] },
    "mount(2) takes options of no more than 4095 bytes",
  ],
  [
    "a page of options beside the mode of what is there",
    { destination: "/a", type: "tmpfs", options: [`size=${"1".repeat(4081)}`] },
    "mount(2) takes options of no more than 4085 bytes",
  ],
  [
    "a source that is no path",
    { destination: "/a", type: "overlay", source: "s".repeat(4096), options: ["lowerdir=/a"] },
    "mount(2) takes a source of no more than 4095 bytes",
  ],
  [
    "an option of a remount that is too long",
    { destination: "/a", options: ["remount", `size=${"1".repeat(256)}`] },
    "cannot remount /a: it takes no option of more than 255 bytes",
  ],
] as readonly (readonly [string, Mount, string])[])("%s is refused", (_, mount, expected) => {
  expect(() => plan([mount])).toThrow(expected);
});

test("an option on a bind that none has is ignored with a warning, and a comment without one", () => {
  expect(plan([bind("x-note", "RO", "size=1")]).warnings).toEqual([
    'the bind mount on /data ignores "RO,size=1": it takes no options of a file system (/mounts/0/options)',
  ]);
  expect(plan([bind("x-note", "comment=y")]).warnings).toEqual([]);
});
