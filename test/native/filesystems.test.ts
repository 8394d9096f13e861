/** A container's own file systems: the mode of a tmpfs, options for mount(2), and links in the image that lead to the root. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmod, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildNative, nativeOutput } from "../../scripts/build-native.ts";
import { guestPath } from "../../src/base/paths.ts";
import type { InitStep } from "../../src/plan/steps/step.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { type Attempt, inRoot, makeTrial, shell, type Trial, toldIn } from "./run-plan.ts";

setDefaultTimeout(TEST_TIMEOUT); // the first test builds init

const possible = requires("root", "busybox");
const SLOT = 1;

const tmpfs = (at: string, ...options: string[]): InitStep[] => [
  { op: "newTmpfs", slot: SLOT, source: "tmpfs", options, attributes: 0n, modeOf: guestPath(at) },
  attach(at),
];

const attach = (at: string): InitStep => ({ op: "attach", slot: SLOT, target: guestPath(at), guard: 0 });

const mountCall = (type: string, data: string, more: { readonly flags?: bigint; readonly like?: string } = {}): InitStep => ({
  op: "mountFilesystem",
  slot: SLOT,
  type,
  source: "s".repeat(300),
  flags: more.flags ?? 0n,
  data,
  modeOf: more.like === undefined ? "" : guestPath(more.like),
});

const run = (trial: Trial, steps: readonly Attempt[], script: string): Promise<string> =>
  trial.run([...inRoot(trial.rootfs), ...steps, { op: "pivotRoot" }, ...shell(script)]);

const MODES = "busybox stat -c '%n %a'";

test.if(possible)("a tmpfs has the mode of what it covers, also through a link, unless its options set one", async () => {
  await using trial = await makeTrial({ "a/file": "", "c/file": "", link: { link: "a" } });
  await chmod(join(trial.rootfs, "a"), 0o3750);
  const at = ["/a", "/b", "/c", "/d"] as const;
  const steps = [...tmpfs(at[0]), ...tmpfs(at[1]), ...tmpfs(at[2], "size=1m", "mode=500"), ...tmpfs(at[3], "size=1m")];
  expect(await run(trial, steps, `${MODES} ${at.join(" ")}`)).toBe("/a 3750\n/b 1777\n/c 500\n/d 1777\nexit 0\n");
  expect(await run(trial, tmpfs("/link"), `${MODES} /a /link/`)).toBe("/a 3750\n/link/ 3750\nexit 0\n");
});

test.if(possible)("mount(2) takes a page of options, and the mount is where it should be and nowhere else", async () => {
  await using trial = await makeTrial({ "data/covered": "", "inside/layer/of-the-root": "" });
  const layers = ["one", "a:b", "c,d", "e\\f"].map((name) => join(trial.outside, "l".repeat(200), name));
  for (const [i, layer] of layers.entries()) {
    await mkdir(layer, { recursive: true });
    await writeFile(join(layer, `of-${i}`), "");
  }
  for (const name of ["upper", "work"]) await mkdir(join(trial.outside, name));
  const lower = [...layers, join(trial.rootfs, "inside/layer")].map((path) => path.replaceAll(/[\\:,]/g, "\\$&")).join(":");
  const data = `lowerdir=${lower},upperdir=${trial.outside}/upper,workdir=${trial.outside}/work`;
  expect(data.length).toBeGreaterThan(1000);
  const script = `busybox ls /data; : >/data/new; busybox ls /; busybox cut -d " " -f 2 /proc/self/mounts`;
  const proc: InitStep[] = [
    { op: "newFilesystem", slot: 2, type: "proc", source: "proc", options: [], attributes: 0n },
    { op: "attach", slot: 2, target: guestPath("/proc"), guard: 3 },
  ];
  const output = await run(trial, [mountCall("overlay", data), attach("/data"), ...proc], script);
  expect(output.split("\n")).toEqual([
    "of-0",
    "of-1",
    "of-2",
    "of-3",
    "of-the-root",
    "bin",
    "data",
    "inside",
    "proc",
    "/",
    "/data",
    "/proc",
    "exit 0",
    "",
  ]);
  expect(await readFile(join(trial.outside, "upper/new"), "utf8")).toBe("");
});

test.if(possible)("a mount by mount(2) has the mode of what it covers, and the flags of its file system", async () => {
  await using trial = await makeTrial({ "a/file": "", "b/file": "" });
  await chmod(join(trial.rootfs, "a"), 0o711);
  const steps = [
    mountCall("tmpfs", "size=1m", { like: "/a", flags: 0x1n }),
    attach("/a"),
    mountCall("tmpfs", "size=1m,mode=600", { like: "/b" }),
    attach("/b"),
  ];
  expect(await run(trial, steps, `${MODES} /a /b; : >/b/new; : >/a/new`)).toBe(
    "/a 711\n/b 600\nexit 1\nsh: can't create /a/new: Read-only file system\n",
  );
});

test.if(possible)("a refused mount(2) leaves nothing behind, and more than a page is refused beforehand", async () => {
  await using trial = await makeTrial({ file: "" });
  const steps: Attempt[] = [
    ["warn", mountCall("tmpfs", "bogus=1")],
    ["warn", mountCall("no-such-type", "")],
    ["warn", mountCall("tmpfs", "x".repeat(4096))],
    ["warn", mountCall("tmpfs", `size=${"0".repeat(4080)}1`, { like: "/bin" })],
  ];
  expect(toldIn(await run(trial, steps, "busybox ls /"))).toEqual({
    steps: ["EINVAL", "ENODEV", "ENAMETOOLONG", "ENAMETOOLONG"].map((errno) => `warning: ${errno}`),
    printed: ["bin", "file"],
    ends: ["exit 0"],
  });
});

test.if(possible)("a link in the image to its own root is neither a mount target nor a source of copies", async () => {
  await using trial = await makeTrial({ root: { link: "/" }, up: { link: "../.." }, "d/here": { link: "../d" } });
  const steps: Attempt[] = [
    ...["/root", "/up"].flatMap((at): Attempt[] => [
      { op: "newFilesystem", slot: SLOT, type: "tmpfs", source: "tmpfs", options: [], attributes: 0n },
      ["warn", { op: "copyUp", slot: SLOT, source: guestPath(at) }],
      ["warn", attach(at)],
    ]),
    ...tmpfs("/d/here"),
  ];
  expect(toldIn(await run(trial, steps, "busybox ls / /d"))).toEqual({
    steps: ["warning: EBUSY", "warning: EBUSY", "warning: EBUSY", "warning: EBUSY"],
    printed: ["/:", "bin", "d", "root", "up", "/d:"],
    ends: ["exit 0"],
  });
});

test.if(possible)("the root of a mount gets its label before it is attached", async () => {
  await using trial = await makeTrial({ "a/file": "" });
  const sources = [join(import.meta.dirname, "xattr.c")];
  const xattr = await buildNative({ out: nativeOutput("test-xattr"), sources, included: [], sanitize: false });
  await copyFile(xattr, join(trial.rootfs, "bin/xattr"));
  const label = "system_u:object_r:container_file_t:s0:c1,c2";
  const [make, put] = tmpfs("/a");
  if (make === undefined || put === undefined) throw new Error("tmpfs is not two steps");
  const steps: InitStep[] = [make, { op: "labelMount", slot: SLOT, label }, put];
  expect(await run(trial, steps, "xattr /a security.selinux")).toBe(`${label}\nexit 0\n`);
});
