/**
 * Class: a user misread as another one, usually root (runc CVE-2016-3697, crun CVE-2026-30892, containerd CVE-2026-46680). In config.json ids
 * are whole numbers that the kernel takes as ids, and anything else is refused. A number in an image is a number, and in the range of ids.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { archiveOf } from "../support/archive.ts";
import { DEFAULT, formed } from "../support/forms.ts";
import { imageBox } from "../support/image-box.ts";
import { TestLayout } from "../support/image-layout.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
/** As written in the file: JSON.parse would change some of them. */
const WRONG = [
  '"1"',
  '"01"',
  '"root"',
  '""',
  "-1",
  "-4294967296",
  "1.5",
  "1e400",
  "4294967295",
  "4294967296",
  "4294967297",
  "18446744073709551616",
  "true",
  "[]",
  "{}",
];
const MARK = 1234567;

for (const [member, pointer] of [
  ["uid", "/process/user/uid"],
  ["gid", "/process/user/gid"],
  ["additionalGids", "/process/user/additionalGids/0"],
] as const) {
  test.if(root)(`only a number that the kernel accepts is taken as ${member}`, async () => {
    const user = { uid: 1, gid: 1, [member]: member === "additionalGids" ? [MARK] : MARK };
    await using container = await formed(DEFAULT, { args: ["/probe", "status"], config: { process: { user } } });
    const config = join(container.box.path, "config.json");
    const text = await readFile(config, "utf8");
    for (const value of WRONG) {
      await writeFile(config, text.replace(String(MARK), value));
      const { exitCode, stdout, stderr } = await container.run();
      expect({ value, exitCode, stdout, names: stderr.includes(pointer) }).toEqual({ value, exitCode: 1, stdout: "", names: true });
    }
  });
}

test.if(root)("a user is never looked up by name: an entry of the passwd file with a number for a name is nobody's", async () => {
  await using container = await formed(DEFAULT, {
    args: ["/probe", "status"],
    config: { process: { user: { uid: 1000, gid: 1000 }, capabilities: null } },
    rootfs: { "etc/passwd": "1000:x:0:0:root:/root:/bin/sh\nroot:x:1000:1000::/:/bin/sh\n", "etc/group": "1000:x:0:\n" },
  });
  const { stdout } = await container.run();
  expect(stdout).toContain("Uid 1000 1000 1000 1000\nGid 1000 1000 1000 1000\n");
});

/** Users of an image, and the container's ids; undefined = refused. The passwd file has users named by numbers. */
const IMAGE_USERS: readonly (readonly [string, readonly [number, number] | undefined])[] = [
  ["1", [1, 1]],
  ["01", [1, 1]],
  ["1000", [1000, 0]],
  ["1000:1", [1000, 1]],
  ["4294967294", [4294967294, 0]],
  ["4294967295", undefined],
  ["4294967296", undefined],
  ["18446744073709551616", undefined],
  ["1:4294967296", undefined],
  ["-1", undefined],
  ["+1", undefined],
  ["0x1", undefined],
  ["1e3", undefined],
  ["1.0", undefined],
  [" 1", undefined],
  ["nobody", undefined],
];

test.if(root)("a number as an image's user is that uid, whatever its passwd file says, or is refused", async () => {
  await using box = await imageBox();
  const passwd = "root:x:0:0::/:/\n1:x:0:0::/:/\n1000:x:0:0::/:/\n4294967296:x:0:0::/:/\nbin:x:1:1::/:/\nbad:x:4294967296:0::/:/\n";
  for (const [user, ids] of IMAGE_USERS) {
    const layout = new TestLayout();
    const layers = [{ archive: archiveOf({ name: "etc/" }, { name: "etc/passwd", content: passwd }) }];
    layout.add(layout.image({ layers, config: { config: { User: user, Cmd: ["/x"] } } }), "user");
    const source = await layout.write(join(box.path, "layout"));
    await box.must(["import", source, "user:1"]);
    const bundle = join(box.path, "bundle");
    const { exitCode } = await (await box.run([...runtimeUnderTest().argv, "--image-root", box.store, "bundle", "user:1", bundle])).ended;
    const config: unknown = exitCode === 0 ? JSON.parse(await readFile(join(bundle, "config.json"), "utf8")) : undefined;
    expect({ user, exitCode, config }).toEqual({
      user,
      exitCode: ids === undefined ? 1 : 0,
      config:
        ids === undefined
          ? undefined
          : expect.objectContaining({ process: expect.objectContaining({ user: expect.objectContaining({ uid: ids[0], gid: ids[1] }) }) }),
    });
    await rm(bundle, { recursive: true, force: true });
    await rm(source, { recursive: true });
  }
});
