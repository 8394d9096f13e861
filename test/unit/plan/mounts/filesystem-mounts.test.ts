import { expect, test } from "bun:test";
import { plan, words } from "./mount-plans.ts";

const LONG = "l".repeat(255); // with a slash before it, one byte more than fsconfig(2) takes

test("a tmpfs becomes read-only once all others are mounted, and its file system stays as it is", () => {
  const { steps, last } = plan([{ destination: "/a", type: "tmpfs", options: ["rro", "nosuid", "mode=700"] }]);
  expect(words(steps)[0]).toBe('make tmpfs file system "tmpfs" as #15, options mode=700, set MOUNT_ATTR_NOSUID');
  expect(words(last)).toEqual(["remount /a, set MOUNT_ATTR_RDONLY"]);
});

test.each([
  ["has the mode of what it covers", [], 'make tmpfs file system "tmpfs" as #15, with the mode of what is at /a'],
  ["has its own mode, if its options say one", ["mode=700"], 'make tmpfs file system "tmpfs" as #15, options mode=700'],
  ["has it wherever they say so", ["size=64m,mode=700"], 'make tmpfs file system "tmpfs" as #15, options size=64m,mode=700'],
  [
    "has the mode of what it covers with options that only look like one",
    ["mpol=bind:0,1", "xmode=1"],
    'make tmpfs file system "tmpfs" as #15, with the mode of what is at /a, options mpol=bind:0,1,xmode=1',
  ],
] as const)("a tmpfs %s", (_, options, expected) => {
  expect(words(plan([{ destination: "/a", type: "tmpfs", options: [...options] }]).steps)[0]).toBe(expected);
});

test("options that fsconfig(2) does not take go to mount(2) as written", () => {
  const options = [`lowerdir=/${LONG}:/a\\,b,upperdir=/u`, "workdir=/w", "sync", "nosuid", "ro", "noatime"];
  const { steps } = plan([{ destination: "/a", type: "overlay", source: "over", options }]);
  expect(words(steps)).toEqual([
    `mount overlay file system "over" as #15 in one call, MS_RDONLY|MS_SYNCHRONOUS, options lowerdir=/${LONG}:/a\\,b,upperdir=/u,workdir=/w`,
    "change mount #15, set MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NOATIME",
    "attach mount #15 at /a",
  ]);
});

test("a long source goes to mount(2), and a tmpfs gets its mode there as well", () => {
  const { steps, last } = plan([{ destination: "/a", type: "tmpfs", source: "s".repeat(256), options: ["ro"] }]);
  expect(words(steps)).toEqual([
    `mount tmpfs file system "${"s".repeat(256)}" as #15 in one call, with the mode of what is at /a`,
    "attach mount #15 at /a",
  ]);
  expect(words(last)).toEqual(["remount /a, set MOUNT_ATTR_RDONLY"]);
});

test("a remount does everything that its options say", () => {
  const { steps } = plan([{ destination: "/a", options: ["remount", "nosuid", "size=1m", "rnoexec", "rslave"] }]);
  expect(words(steps)).toEqual([
    "remount /a with its file system, options size=1m, set MOUNT_ATTR_NOSUID",
    "change the mount at /a and all below it, set MOUNT_ATTR_NOEXEC",
    "change the mount at /a and all below it, propagation MS_SLAVE",
  ]);
});

test("a remount of a bind leaves the file system alone", () => {
  const { steps } = plan([{ destination: "/a", options: ["remount", "bind", "ro", "sync"] }]);
  expect(words(steps)).toEqual(["remount /a, set MOUNT_ATTR_RDONLY"]);
});

test.each([
  ["sysfs", "/sys", ["mount"], "else: clone the mount at /sys and those below it as #15"],
  ["sysfs", "/sys", ["mount", "network"], undefined],
] as const)("%s is the host's only if it cannot be mounted and the network is the host's as well", (type, destination, types, expected) => {
  const { steps } = plan([{ destination, type }], { types });
  const alternative = steps.findIndex(({ onFailure }) => onFailure === "else") + 1;
  expect(alternative === 0 ? undefined : `else: ${words(steps)[alternative]}`).toBe(expected);
});
