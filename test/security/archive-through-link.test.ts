/**
 * Class: entries of an archive that reach the host through links of earlier ones (docker cp CVE-2018-15664, containerd CVE-2021-32760, storage
 * CVE-2024-9676): files are written, linked, removed, opened or given away there. The corpus of single entries is in test/unit/layers/evil.test.ts.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { archiveOf, type Member } from "../support/archive.ts";
import { imageBox } from "../support/image-box.ts";
import { TestLayout } from "../support/image-layout.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { contents } from "./contents.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const link = (name: string, linkName: string): Member => ({ name, kind: "symlink", linkName });

/** What an archive does with `out`, which leads to a host directory with the files `secret` and `program`. */
const USES: Readonly<Record<string, (outside: string) => readonly Member[]>> = {
  "writes a file": () => [{ name: "out/new", content: "evil" }],
  "writes over a file": () => [{ name: "out/secret", content: "evil" }],
  "makes a directory": () => [{ name: "out/new/" }],
  "makes a device": () => [{ name: "out/device", kind: "character", device: { major: 1, minor: 3 } }],
  "makes a link": () => [link("out/link", "/")],
  "links a file hard, and writes to it": (outside) => [
    { name: "hard", kind: "hardlink", linkName: `${outside.slice(1)}/secret` },
    { name: "hard", content: "evil" },
  ],
  "links a file hard through the link": () => [{ name: "hard", kind: "hardlink", linkName: "out/secret" }],
  "changes mode and owner of the directory": () => [{ name: "out/", mode: 0o777, uid: 4711, gid: 4711 }],
  "changes mode and owner of a file": () => [{ name: "out/program", mode: 0o6777, uid: 4711, gid: 4711 }],
  "gives it an attribute": () => [{ name: "out/secret", xattrs: { "user.evil": "1" } }],
  "removes a file": () => [{ name: "out/.wh.secret" }],
  "removes all": () => [{ name: "out/.wh..wh..opq" }],
  "replaces the link, then uses it": () => [{ name: "out/" }, { name: "out/inside", content: "kept" }],
};
const WAYS: Readonly<Record<string, (outside: string) => readonly Member[]>> = {
  "an absolute link": (outside) => [link("out", outside)],
  "a relative link": (outside) => [link("out", `${"../".repeat(14)}${outside.slice(1)}`)],
  "a chain of links": (outside) => [link("top", "../../../../../../../../../.."), link("out", `top/../top${outside}`)],
  "a link through procfs": (outside) => [link("out", `/proc/self/root${outside}`)],
  "a link through the working directory": () => [link("out", "/proc/self/cwd/../outside")],
};

for (const [way, lead] of Object.entries(WAYS)) {
  for (const layers of [1, 2]) {
    test.if(root)(`nothing of the host changes through ${way}${layers === 1 ? "" : " of a layer below"}`, async () => {
      for (const [use, members] of Object.entries(USES)) {
        await using box = await imageBox();
        const outside = join(box.path, "outside");
        await mkdir(outside);
        await writeFile(join(outside, "secret"), "untouched");
        await writeFile(join(outside, "program"), "untouched");
        await chmod(join(outside, "program"), 0o700);
        const before = contents(outside);
        const layout = new TestLayout();
        const [first, second] = [lead(outside), members(outside)];
        const archives = layers === 1 ? [archiveOf(...first, ...second)] : [archiveOf(...first), archiveOf(...second)];
        layout.add(layout.image({ layers: archives.map((archive) => ({ archive })) }), "evil");
        const { exitCode, stderr } = await box.call(["import", await layout.write(join(box.path, "layout")), "evil:1"]);
        expect([use, exitCode === 0 || stderr !== "", contents(outside)]).toEqual([use, true, before]);
      }
    });
  }
}
