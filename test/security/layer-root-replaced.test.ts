/**
 * Class: an entry of a layer that replaces the directory it is unpacked into (umoci CVE-2021-29136): "." or "/" as a link leads all that follows to the
 * host. The root of a layer is a directory that is already open; no entry of an archive replaces it.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { archiveOf, type Member } from "../support/archive.ts";
import { imageBox } from "../support/image-box.ts";
import { TestLayout } from "../support/image-layout.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { contents } from "./contents.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const ROOTS = [".", "./", "/", "./.", "//", "a/.."];
const AFTER: readonly Member[] = [{ name: "file", content: "evil" }, { name: "directory/file", content: "evil" }, { name: ".wh.kept" }];

for (const kind of ["symlink", "hardlink", "file", "fifo", "character"] as const) {
  test.if(root)(`a root that is a ${kind} is refused, whatever its spelling, and nothing outside is touched`, async () => {
    for (const name of ROOTS.filter((one) => kind !== "file" || !one.endsWith("/"))) {
      // such a file is a directory, as tar has it
      await using box = await imageBox();
      const outside = join(box.path, "outside");
      await mkdir(join(outside, "directory"), { recursive: true });
      await writeFile(join(outside, "kept"), "untouched");
      const before = contents(outside);
      const layout = new TestLayout();
      const archive = archiveOf({ name, kind, linkName: outside, device: { major: 1, minor: 3 } }, ...AFTER);
      layout.add(layout.image({ layers: [{ archive }] }), "evil");
      const { exitCode } = await box.call(["import", await layout.write(join(box.path, "layout")), "evil:1"]);
      expect([name, exitCode, contents(outside)]).toEqual([name, 1, before]);
      expect(await box.must(["list", "--quiet"])).toBe("");
    }
  });
}
