import { expect, test } from "bun:test";
import { fitsFsconfig, MOUNT_OPTIONS, type MountOptions, parseMountOptions } from "../../../../src/plan/mounts/mount-options.ts";
import { ATIME_MASK } from "../../../../src/plan/steps/kernel-flags.ts";

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
  superblockFlags: 0n,
  text: "",
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
    { superblock: ["async", "dirsync", "mand"], superblockFlags: 0xc0n },
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
    { set: 0x2n, data: ["mode=755", "size=65536k", "newinstance"], text: "mode=755,size=65536k,newinstance" },
  ],
  ["one string may hold several options", ["size=1m,mode=700", ""], { data: ["size=1m", "mode=700"], text: "size=1m,mode=700," }],
  ["what has no key is passed over", ["=a", "size=1m,=b"], { data: ["size=1m"], text: "=a,size=1m,=b" }],
  [
    "a quoted label stays one option and loses its quotes",
    ['context="system_u:object_r:x_t:s0:c1,c2"'],
    { data: ["context=system_u:object_r:x_t:s0:c1,c2"], text: 'context="system_u:object_r:x_t:s0:c1,c2"' },
  ],
  [
    "an escaped comma stays in the value",
    ["lowerdir=/a\\,b:/c,upperdir=/u"],
    { data: ["lowerdir=/a\\,b:/c", "upperdir=/u"], text: "lowerdir=/a\\,b:/c,upperdir=/u" },
  ],
  ["a node list stays one value", ["mpol=bind:0,2,size=1m"], { data: ["mpol=bind:0,2", "size=1m"], text: "mpol=bind:0,2,size=1m" }],
  [
    "names of object properties are not options",
    ["constructor", "__proto__"],
    { data: ["constructor", "__proto__"], text: "constructor,__proto__" },
  ],
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

test("superblock words have mount(2) flags, and words that clear one have none", () => {
  expect(parseMountOptions(["lazytime", "sync", "nomand"]).superblockFlags).toBe(0x2000010n);
  expect(parseMountOptions(["lazytime", "sync", "nolazytime", "async"]).superblockFlags).toBe(0n);
});

test("a key or a value that fsconfig(2) would refuse for its length is found", () => {
  expect(fitsFsconfig([`lowerdir=${"a".repeat(255)}`, "x=1"])).toBe(true);
  expect(fitsFsconfig(["x=1", `lowerdir=${"a".repeat(256)}`])).toBe(false);
  expect(fitsFsconfig([`lowerdir=${"a".repeat(200)}=${"b".repeat(55)}`])).toBe(false);
  expect(fitsFsconfig([`${"k".repeat(256)}=1`])).toBe(false);
  expect(fitsFsconfig([`a=${"é".repeat(128)}`])).toBe(false);
});
