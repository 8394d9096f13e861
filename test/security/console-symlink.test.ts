/**
 * Class: /dev/console, /dev/pts or /dev/ptmx of the image lead to the host (crun CVE-2026-88264: a file is made through a link; runc CVE-2025-52565:
 * a file of the host is bound, and given away, in the place of the terminal). The terminal is of the container's own devpts; links are refused.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { FORMS, type Form, formed } from "../support/forms.ts";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import type { Files } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { contents } from "./contents.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const PROC = { destination: "/proc", type: "proc", source: "proc" };
const pts = (form: Form): JsonObject => {
  const group = form.caller === undefined ? ["gid=5"] : [];
  return { destination: "/dev/pts", type: "devpts", source: "devpts", options: ["newinstance", "ptmxmode=0666", "mode=0620", ...group] };
};
const HOST: Files = { file: "untouched", "pts/ptmx": "untouched", "pts/0": "untouched" };

/** Links in the image, and the host files they lead to. */
const LINKS: readonly (readonly [string, string])[] = [
  ["dev/console", "file"],
  ["dev/console", "new"],
  ["dev/pts", "pts"],
  ["dev/ptmx", "file"],
];

for (const form of FORMS) {
  for (const terminal of [true, false]) {
    test.if(root)(`links in the image reach no file of the host, ${terminal ? "with" : "without"} a terminal, ${form.name}`, async () => {
      for (const mounts of [[PROC], [PROC, pts(form)]]) {
        for (const [name, target] of LINKS) {
          const config = {
            mounts,
            process: { terminal, user: { uid: form.caller === undefined ? 1000 : 0, gid: 0 } },
            root: { readonly: false },
          };
          await using container = await formed(form, { args: ["/probe", "write", "/dev/console", "written"], host: HOST, config });
          const { box } = container;
          await rm(join(box.rootfs, name), { recursive: true, force: true });
          await symlink(join(box.host, target), join(box.rootfs, name));
          const before = contents(box.host);
          await container.run({ prefix: terminal ? [join(box.host, "probe"), "terminal", "80", "24"] : [] });
          expect([name, mounts.length, contents(box.host)]).toEqual([name, mounts.length, before]);
        }
      }
    });
  }
}
