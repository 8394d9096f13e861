/**
 * Class: the root is made read-only by a path through /proc/self/fd, which the image leads elsewhere: then it stays writable, and something else
 * becomes read-only (crun CVE-2026-115521). Mounts are changed by descriptor.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { FORMS, type Form, formed, NO_MOUNT } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const FAKE = Object.fromEntries(Array.from({ length: 40 }, (_, fd) => [`proc/self/fd/${fd}`, { link: "/decoy" }] as const));
const READONLY = ["ro", "rro"] as const;

for (const form of FORMS) {
  test.if(root)(`a read-only root is read-only, whatever the image has at /proc/self/fd, ${form.name}`, async () => {
    const config = { root: { readonly: true }, mounts: [], linux: { maskedPaths: null, readonlyPaths: null } };
    const args = ["/probe", "write", "/new", "x", "append", "/etc/group", "x", "mkdir", "/decoy/new", "write", "/etc/new", "x"];
    await using container = await formed(form, { args, config, rootfs: { ...FAKE, "decoy/.keep": "" } });
    const { exitCode, stdout } = await container.run();
    expect([exitCode, stdout.trimEnd().split("\n")]).toEqual([
      0,
      ["write /new", "append /etc/group", "mkdir /decoy/new", "write /etc/new"].map((what) => `${what} EROFS`),
    ]);
  });

  test.if(root)(`so are a read-only volume, tmpfs and path, ${form.name}`, async () => {
    const paths = form === NO_MOUNT ? [] : ["/etc"];
    for (const option of READONLY) {
      const mounts = [
        { destination: "/volume", type: "bind", source: "@HOST@/volume", options: ["bind", option] },
        { destination: "/memory", type: "tmpfs", source: "tmpfs", options: [option] },
      ];
      const places = ["/volume", "/memory", ...paths];
      await using container = await formed(form, {
        args: ["/probe", ...places.flatMap((place) => ["mkdir", `${place}/new`])],
        config: { root: { readonly: false }, mounts, linux: { maskedPaths: null, readonlyPaths: readonlyOf(form, paths) } },
        rootfs: { ...FAKE, "decoy/.keep": "" },
        host: { "volume/.keep": "" },
      });
      await rm(join(container.box.rootfs, "proc/1"), { force: true });
      const { exitCode, stdout } = await container.run();
      expect([option, exitCode, stdout]).toEqual([option, 0, places.map((place) => `mkdir ${place}/new EROFS\n`).join("")]);
    }
  });
}

function readonlyOf(form: Form, paths: readonly string[]): readonly string[] | null {
  return form === NO_MOUNT ? null : paths;
}
