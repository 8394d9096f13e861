/**
 * Class: an image whose /dev is a link to the host (runc CVE-2026-41579, crun CVE-2026-47766). Devices, links and the removal of /dev/ptmx happen
 * in the container, or not at all; a directory of the host keeps what it has, a ptmx first of all.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { FORMS, formed } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { swap } from "../support/swapper.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { contents } from "./contents.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const STARTS = 15;
const HOST = { "dev/ptmx": "decoy", "dev/null": "decoy", "dev/pts/ptmx": "decoy", "dev/console": "decoy" };
const PROC = { destination: "/proc", type: "proc", source: "proc" };
const MOUNTS = {
  "with a file system over it": [PROC, { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["mode=755"] }],
  "with none over it": [PROC],
  "with a terminal's below it": [PROC, { destination: "/dev/pts", type: "devpts", source: "devpts", options: ["newinstance"] }],
};
const linksTo = (host: string): string[] => [
  host,
  `${"../".repeat(10)}${host.slice(1)}`,
  `/proc/self/root${host}`,
  `/proc/1/root${host}`,
  ...[3, 4, 5, 6, 7].map((fd) => `/proc/self/fd/${fd}${"/..".repeat(10)}${host}`),
];

for (const form of FORMS) {
  for (const [how, mounts] of Object.entries(MOUNTS)) {
    test.if(root)(`a /dev that is a link changes nothing on the host, ${how}, ${form.name}`, async () => {
      await using container = await formed(form, { host: HOST, config: { mounts, root: { readonly: false } } });
      const { box } = container;
      const before = contents(box.host);
      for (const link of linksTo(join(box.host, "dev"))) {
        await rm(join(box.rootfs, "dev"), { recursive: true });
        await symlink(link, join(box.rootfs, "dev"));
        await container.run();
        expect([link, contents(box.host)]).toEqual([link, before]);
      }
    });
  }

  test.if(root)(`a /dev that is exchanged with a link changes nothing on the host, ${form.name}`, async () => {
    const config = { mounts: MOUNTS["with none over it"], root: { readonly: false } };
    await using container = await formed(form, { host: HOST, config });
    const { box } = container;
    const before = contents(box.host);
    await symlink(join(box.host, "dev"), join(box.rootfs, "link"));
    await using swapper = await swap(join(box.rootfs, "dev"), join(box.rootfs, "link"));
    for (let i = 0; i < STARTS; i++) {
      await container.call(["create", "--bundle", box.path, ...(form.flags ?? []), box.id]);
      await container.call(["start", box.id]);
      await container.call(["delete", "--force", box.id]);
    }
    expect(await swapper.stop()).toBeGreaterThanOrEqual(10_000);
    expect(contents(box.host)).toEqual(before);
  });
}
