import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { readLayeredFile } from "../../../src/image/bundle/layered-file.ts";
import { OPEN, openFile } from "../../../src/sys/file/file.ts";
import { trySetXattr } from "../../../src/sys/file/xattr.ts";
import { requires } from "../../support/requires.ts";
import { tempDir } from "../../support/temp-dir.ts";

test("a file is read from the topmost layer that has it", async () => {
  await using own = await tempDir({ "top/etc/motd": "top", "low/etc/motd": "low", "low/etc/passwd": "root", "top/other": "" });
  const lowers = [join(own.path, "top"), join(own.path, "low")];
  expect(["/etc/motd", "etc/passwd", "/etc/none", "/etc"].map((path) => readLayeredFile(lowers, path))).toEqual([
    "top",
    "root",
    undefined,
    undefined,
  ]);
});

test("links are followed within the layers, as in a container", async () => {
  await using own = await tempDir({
    "top/etc/passwd": { link: "../usr/lib/passwd" },
    "top/absolute": { link: "/usr/./lib/../lib/passwd" },
    "top/usr/lib": { link: "lib64" },
    "low/usr/lib64/passwd": "root",
    "top/loop": { link: "loop" },
  });
  const lowers = [join(own.path, "top"), join(own.path, "low")];
  const found = ["/etc/passwd", "/absolute", "/loop", "/usr/lib/passwd/x"].map((path) => readLayeredFile(lowers, path));
  expect(found).toEqual(["root", "root", undefined, undefined]);
});

test("no link leads out of the layers, in the last component or before", async () => {
  await using own = await tempDir({
    secret: "secret",
    "top/etc/passwd": { link: "/etc/passwd" },
    "top/dir": { link: ".." },
    "low/etc/passwd": "low",
  });
  const lowers = [join(own.path, "top"), join(own.path, "low")];
  expect(["/etc/passwd", "/dir/secret"].map((path) => readLayeredFile(lowers, path))).toEqual([undefined, undefined]);
});

test.if(requires("root"))("a whiteout and an opaque directory hide what is below", async () => {
  await using own = await tempDir({
    "top/opaque": { directory: true },
    "low/gone": "low",
    "low/opaque/file": "low",
    "top/opaque/own": "top",
  });
  const top = join(own.path, "top");
  expect(spawnSync("mknod", [join(top, "gone"), "c", "0", "0"]).status).toBe(0);
  {
    using opaque = openFile(join(top, "opaque"), OPEN.read | OPEN.directory);
    expect(trySetXattr(opaque.number, "trusted.overlay.opaque", "y")).toBe(0);
  }
  const lowers = [top, join(own.path, "low")];
  expect(["/gone", "/opaque/file", "/opaque/own"].map((path) => readLayeredFile(lowers, path))).toEqual([undefined, undefined, "top"]);
});

test("a file that is too large is an error, and is not read", async () => {
  await using own = await tempDir({ "top/etc/passwd": "root", "top/etc/group": "root" });
  const path = join(own.path, "top/etc/passwd");
  truncateSync(path, 4 << 20);
  expect(readLayeredFile([join(own.path, "top")], "/etc/passwd")).toHaveLength(4 << 20);
  truncateSync(path, 8e9);
  expect(() => readLayeredFile([join(own.path, "top")], "/etc/passwd")).toThrow(
    "cannot read /etc/passwd of the image: it has more than 4 MiB",
  );
});
