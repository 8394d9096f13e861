/** Subvolumes: made, snapshotted, protected, and removed with everything in them. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { errnoName } from "../../../src/sys/call/errno.ts";
import type { Fd } from "../../../src/sys/call/fd.ts";
import { btrfsOf, isSubvolume, tryDestroySubvolume, tryMakeSubvolume, trySetReadOnly, trySnapshot } from "../../../src/sys/file/btrfs.ts";
import { OPEN, openFile } from "../../../src/sys/file/file.ts";
import { removeTree } from "../../../src/sys/file/remove-tree.ts";
import { lookAt } from "../../../src/sys/file/tree.ts";
import { btrfsGround, subvolumesBelow } from "../../support/btrfs-ground.ts";
import type { Ground } from "../../support/driver-grounds.ts";
import { requires } from "../../support/requires.ts";
import { tempDir } from "../../support/temp-dir.ts";

const open = (path: string): Fd => openFile(path, OPEN.read | OPEN.directory);

describe.if(requires("root", "btrfs", "btrfs-progs"))("a subvolume", () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await btrfsGround();
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  test("is distinguished from a directory, and its file system from another", async () => {
    await using elsewhere = await tempDir();
    using at = open(ground.path);
    using outside = open(elsewhere.path);
    expect(tryMakeSubvolume(at.number, "told")).toBe(0);
    mkdirSync(`${ground.path}/directory`);
    const kindOf = (name: string): boolean => {
      using inner = open(`${ground.path}/${name}`);
      return isSubvolume(inner.number, lookAt(inner.number, "")?.inode ?? "");
    };
    expect([kindOf("told"), kindOf("directory")]).toEqual([true, false]);
    expect([btrfsOf(at.number), btrfsOf(outside.number)]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), undefined]);
    expect(errnoName(-tryMakeSubvolume(outside.number, "told"))).toBe("ENOTTY");
    removeTree(at.number, "told");
  });

  test("and its snapshot do not see writes to each other; a read-only one cannot be written to", () => {
    using at = open(ground.path);
    tryMakeSubvolume(at.number, "first");
    writeFileSync(`${ground.path}/first/f`, "1");
    using first = open(`${ground.path}/first`);
    expect(trySetReadOnly(first.number, true)).toBe(0);
    expect(trySnapshot(first.number, at.number, "second")).toBe(0);
    expect(() => writeFileSync(`${ground.path}/first/f`, "2")).toThrow("EROFS");
    writeFileSync(`${ground.path}/second/f`, "3");
    expect(readFileSync(`${ground.path}/first/f`, "utf8")).toBe("1");
    expect(errnoName(-trySnapshot(first.number, at.number, "second"))).toBe("EEXIST");
    expect(tryDestroySubvolume(at.number, "none") < 0).toBe(true);
    for (const name of ["first", "second"]) removeTree(at.number, name);
    expect(subvolumesBelow(ground.path)).toEqual([]);
  });

  test("is removed with nested ones, in its directories too, and read-only ones", () => {
    using at = openFile(ground.path, OPEN.path | OPEN.directory);
    const makeIn = (path: string): void => {
      using directory = open(`${ground.path}/${path.slice(0, path.lastIndexOf("/"))}`);
      expect(tryMakeSubvolume(directory.number, path.slice(path.lastIndexOf("/") + 1))).toBe(0);
    };
    for (const path of ["/outer", "outer/inner", "outer/inner/deep"]) makeIn(path);
    mkdirSync(`${ground.path}/outer/d/e`, { recursive: true });
    makeIn("outer/d/e/last");
    writeFileSync(`${ground.path}/outer/inner/deep/f`, "");
    for (const name of ["outer/inner/deep", "outer/inner", "outer"]) {
      using subvolume = open(`${ground.path}/${name}`);
      expect(trySetReadOnly(subvolume.number, true)).toBe(0);
    }
    removeTree(at.number, "outer");
    expect(subvolumesBelow(ground.path)).toEqual([]);
    expect(existsSync(`${ground.path}/outer`)).toBe(false);
  });

  test.if(requires("reachable"))("is emptied by a user, who cannot delete it in one call", () => {
    const user = 12_345;
    using at = open(ground.path);
    mkdirSync(`${ground.path}/user`);
    for (const name of ["mine", "mine/inner"]) {
      using directory = open(`${ground.path}/user/${name.replace(/[^/]+$/, "")}`);
      tryMakeSubvolume(directory.number, name.replace(/.*\//, ""));
      writeFileSync(`${ground.path}/user/${name}/f`, "");
      chownSync(`${ground.path}/user/${name}`, user, user);
    }
    chownSync(`${ground.path}/user`, user, user);
    using mine = open(`${ground.path}/user/mine`);
    expect(trySetReadOnly(mine.number, true)).toBe(0);
    const script = `import { OPEN, openFile } from "${import.meta.dir}/../../../src/sys/file/file.ts"; import { removeTree } from "${import.meta.dir}/../../../src/sys/file/remove-tree.ts"; removeTree(openFile("${ground.path}/user", OPEN.path | OPEN.directory).number, "mine");`;
    chmodSync(ground.path, 0o755);
    const drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--reuid", String(user), "--regid", String(user), "--clear-groups"];
    const { stderr } = Bun.spawnSync([...drop, process.execPath, "-e", script], { env: { ...process.env, HOME: "/" }, cwd: "/" });
    expect(stderr.toString()).toBe("");
    expect(existsSync(`${ground.path}/user/mine`)).toBe(false);
    expect(subvolumesBelow(ground.path)).toEqual([]);
    removeTree(at.number, "user");
  });
});
