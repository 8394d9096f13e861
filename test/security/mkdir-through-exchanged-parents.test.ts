/**
 * Class: directories that are made on the host, because a parent becomes a link while the missing ones below it are made (runc CVE-2024-45310).
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT, formed, NO_PIVOT, USER_NAMESPACE } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { swap } from "../support/swapper.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { contents } from "./contents.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const STARTS = 25;
const MOUNTS = [
  { destination: "/volume", type: "bind", source: "@HOST@/volume", options: ["bind"] },
  ...["one", "two", "three"].map((name) => ({ destination: `/volume/a/${name}/x/y/z`, type: "tmpfs", source: "tmpfs" })),
];

for (const form of [DEFAULT, USER_NAMESPACE, NO_PIVOT]) {
  test.if(root)(`no directory is made on the host while parents are exchanged with links, ${form.name}`, async () => {
    await using container = await formed(form, { mounts: MOUNTS, host: { "volume/a/.keep": "", "elsewhere/file": "" } });
    const { box } = container;
    const elsewhere = join(box.host, "elsewhere");
    if (!Bun.spawnSync(["chmod", "-R", "a+rwX", box.host]).success) throw new Error("cannot open the volume to all");
    await symlink(elsewhere, join(box.host, "volume/b"));
    await mkdir(join(box.rootfs, box.host), { recursive: true }); // where the link leads in the container
    const before = contents(elsewhere);
    await using swapper = await swap(join(box.host, "volume/a"), join(box.host, "volume/b"));
    for (let i = 0; i < STARTS; i++) await container.run();
    expect(await swapper.stop()).toBeGreaterThanOrEqual(10_000);
    expect(contents(elsewhere)).toEqual(before);
  });
}
