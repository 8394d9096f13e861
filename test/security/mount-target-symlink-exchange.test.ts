/**
 * Class: a mount target that becomes a link while it is looked at (runc CVE-2021-30465). A process in another container of the same volume
 * exchanges directory and link all the time. The mount stays in the container, and nothing of the host shows up there.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT, formed, JOINED, NO_PIVOT, USER_NAMESPACE } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { swap } from "../support/swapper.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { contents } from "./contents.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const STARTS = 20;
const MOUNTS = [
  { destination: "/volume", type: "bind", source: "@HOST@/volume", options: ["rbind", "rprivate"] },
  { destination: "/volume/a", type: "tmpfs", source: "tmpfs" },
  { destination: "/volume/a/deep/er", type: "bind", source: "@HOST@/given", options: ["bind"] },
  { destination: "/volume/a/file", type: "bind", source: "@HOST@/given/file", options: ["bind"] },
];

for (const form of [DEFAULT, USER_NAMESPACE, JOINED, NO_PIVOT]) {
  for (const [what, target] of [
    ["the host's root", "/"],
    ["a directory of the host", undefined],
    ["the directory above", ".."],
  ] as const) {
    test.if(root)(`a target that is exchanged with a link to ${what} leads nowhere else, ${form.name}`, async () => {
      await using container = await formed(form, {
        args: [
          "/probe",
          "read",
          "/etc/hostname",
          "ls",
          "/volume/a/secret",
          "read",
          "/volume/a/secret/file",
          "read",
          "/volume/b/secret/file",
        ],
        mounts: MOUNTS,
        rootfs: { "etc/hostname": "of the image" },
        host: { "given/file": "given", "elsewhere/secret/file": "OF-THE-HOST", "volume/a/.keep": "" },
      });
      const { box } = container;
      await symlink(target ?? join(box.host, "elsewhere"), join(box.host, "volume/b"));
      const outside = (): string[] => contents(join(box.host, "elsewhere"));
      const before = [outside(), mountsOfHost(box.directory)];
      await using swapper = await swap(join(box.host, "volume/a"), join(box.host, "volume/b"));
      for (let i = 0; i < STARTS; i++) {
        const { exitCode, stdout } = await container.run();
        expect(stdout).not.toContain("OF-THE-HOST");
        if (exitCode === 0) expect(stdout).toStartWith("read /etc/hostname ok of the image\n");
      }
      expect(await swapper.stop()).toBeGreaterThanOrEqual(10_000);
      expect([outside(), mountsOfHost(box.directory)]).toEqual(before);
    });
  }
}

function mountsOfHost(directory: string): string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => line.includes(directory));
}
