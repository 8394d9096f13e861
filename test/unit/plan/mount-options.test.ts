import { expect, test } from "bun:test";
import { ATIME_MASK } from "../../../src/plan/kernel-flags.ts";
import { MOUNT_OPTIONS, type MountOptions, parseMountOptions, tooLongOption } from "../../../src/plan/mount-options.ts";

const NOTHING: MountOptions = {
  bind: false,
  recursive: false,
  remount: false,
  tmpcopyup: false,
  idmap: "none",
  set: 0n,
  clear: 0n,
  recursiveSet: 0n,
  recursiveClear: 0n,
  propagation: [],
  superblock: [],
  data: [],
};

const SHARED = 0x100000n;
const SLAVE = 0x80000n;

test.each<[string, string[], Partial<MountOptions>]>([
  ["no option changes nothing", [], {}],
  ["defaults and silent are accepted and change nothing", ["defaults", "silent", "loud", "iversion", "noiversion"], {}],
  ["attributes add up", ["nosuid", "nodev", "noexec", "nosymfollow", "nodiratime"], { set: 0x20008en }],
  ["a later option undoes an earlier one", ["nosuid", "suid"], { clear: 0x2n }],
  ["and the other way round", ["suid", "nosuid"], { set: 0x2n }],
  ["ro is an attribute of the mount", ["ro"], { set: 0x1n }],
  ["rw after ro leaves it writable", ["ro", "rw"], { clear: 0x1n }],
  ["an access time mode clears the whole field", ["noatime"], { set: 0x10n, clear: ATIME_MASK }],
  ["the last access time mode wins", ["noatime", "strictatime"], { set: 0x20n, clear: ATIME_MASK }],
  ["relatime after strictatime wins", ["strictatime", "relatime"], { clear: ATIME_MASK }],
  ["atime undoes noatime", ["noatime", "atime"], { clear: ATIME_MASK }],
  ["atime leaves strictatime alone", ["strictatime", "atime"], { set: 0x20n, clear: ATIME_MASK }],
  ["norelatime undoes relatime", ["relatime", "norelatime"], {}],
  ["norelatime leaves noatime alone", ["noatime", "norelatime"], { set: 0x10n, clear: ATIME_MASK }],
  ["nostrictatime undoes strictatime", ["strictatime", "nostrictatime"], { clear: ATIME_MASK }],
  ["recursive attributes are apart", ["bind", "rro", "rnosuid"], { bind: true, recursiveSet: 0x3n }],
  ["a recursive access time clears the field recursively", ["rnoatime"], { recursiveSet: 0x10n, recursiveClear: ATIME_MASK }],
  ["ratime undoes rnoatime", ["rnoatime", "ratime"], { recursiveClear: ATIME_MASK }],
  ["a recursive option undoes a plain one before it", ["noexec", "rexec"], { recursiveClear: 0x8n }],
  ["a plain option makes an exception from a recursive one", ["rro", "rw"], { recursiveSet: 0x1n, clear: 0x1n }],
  [
    "superblock flags are said once, the last word of each",
    ["sync", "dirsync", "async", "mand"],
    { superblock: ["async", "dirsync", "mand"] },
  ],
  ["rbind is bind and more", ["rbind"], { bind: true, recursive: true }],
  ["bind does not take rbind back", ["rbind", "bind"], { bind: true, recursive: true }],
  ["idmap is not for the kernel", ["bind", "idmap"], { bind: true, idmap: "plain" }],
  ["the last kind of idmap counts", ["idmap", "ridmap"], { idmap: "recursive" }],
  ["remount and tmpcopyup are noted", ["remount", "tmpcopyup"], { remount: true, tmpcopyup: true }],
  [
    "propagations keep their order",
    ["rslave", "shared"],
    {
      propagation: [{ flags: SLAVE | 0x4000n }, { flags: SHARED }],
    },
  ],
  [
    "unknown options go to the file system",
    ["nosuid", "mode=755", "size=65536k", "newinstance"],
    { set: 0x2n, data: ["mode=755", "size=65536k", "newinstance"] },
  ],
  ["one string may hold several options", ["size=1m,mode=700", ""], { data: ["size=1m", "mode=700"] }],
  [
    "a quoted label stays one option and loses its quotes",
    ['context="system_u:object_r:x_t:s0:c1,c2"'],
    { data: ["context=system_u:object_r:x_t:s0:c1,c2"] },
  ],
  ["an escaped comma stays in the value", ["lowerdir=/a\\,b:/c,upperdir=/u"], { data: ["lowerdir=/a\\,b:/c", "upperdir=/u"] }],
  ["a node list stays one value", ["mpol=bind:0,2,size=1m"], { data: ["mpol=bind:0,2", "size=1m"] }],
  ["names of object properties are not options", ["constructor", "__proto__"], { data: ["constructor", "__proto__"] }],
  ["mount(8)'s notes are left out", ["x-systemd.automount", "X-mount.mkdir", "comment=a", "_netdev", "auto"], {}],
  ["user implies what mount(8) says", ["user", "exec"], { set: 0x6n, clear: 0x8n }],
])("%s", (_, options, expected) => {
  expect(parseMountOptions(options)).toEqual({ ...NOTHING, ...expected });
});

test("every option of the runtime-spec is in the table", () => {
  const spec = `async atime bind defaults dev diratime dirsync exec iversion lazytime loud mand noatime nodev nodiratime noexec noiversion
    nolazytime nomand norelatime nostrictatime nosuid nosymfollow private ratime rbind rdev rdiratime relatime remount rexec rnoatime
    rnodev rnodiratime rnoexec rnorelatime rnostrictatime rnosuid rnosymfollow ro rprivate rrelatime rro rrw rshared rslave rstrictatime rsuid
    rsymfollow runbindable rw shared silent slave strictatime suid symfollow sync tmpcopyup unbindable idmap ridmap`.split(/\s+/);
  expect(spec.filter((option) => !Object.hasOwn(MOUNT_OPTIONS, option))).toEqual([]);
});

test("no table option reaches the file system as data, and none sets and clears the same attribute", () => {
  for (const option of Object.keys(MOUNT_OPTIONS)) {
    const { data, set, clear, recursiveSet, recursiveClear } = parseMountOptions([option]);
    expect([option, data]).toEqual([option, []]);
    expect([option, set & clear & ~ATIME_MASK, recursiveSet & recursiveClear & ~ATIME_MASK]).toEqual([option, 0n, 0n]);
  }
});

test("a value that fsconfig(2) would refuse for its length is found", () => {
  expect(tooLongOption([`lowerdir=${"a".repeat(255)}`, "x=1"])).toBeUndefined();
  expect(tooLongOption(["x=1", `lowerdir=${"a".repeat(256)}`])).toStartWith("lowerdir=");
  expect(tooLongOption([`a=${"é".repeat(128)}`])).toBeDefined();
});
