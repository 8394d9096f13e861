/**
 * Class: a volume over files of procfs, so that the runtime's writes there have no effect (runc CVE-2019-16884). Named by config.json, as a VOLUME
 * of an image is, or reached by links in the image, such a mount is refused, except over a list of harmless files.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { DEFAULT, FORMS, formed } from "../support/forms.ts";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const HOST = { "volume/attr/exec": "", "volume/file": "" };
const tmpfs = (destination: string): JsonObject => ({ destination, type: "tmpfs", source: "tmpfs" });
const bind = (destination: string, source = "@HOST@/volume"): JsonObject => ({ destination, type: "bind", source, options: ["rbind"] });

const REFUSED: readonly (readonly [string, JsonObject])[] = [
  ["a tmpfs over a process", tmpfs("/proc/self")],
  ["a tmpfs over the first process", tmpfs("/proc/1")],
  ["a tmpfs over sysctls", tmpfs("/proc/sys")],
  ["a directory over the attributes of a process", bind("/proc/self/attr")],
  ["a directory over a thread", bind("/proc/thread-self")],
  ["a file over a file that lamina writes", bind("/proc/self/oom_score_adj", "@HOST@/volume/file")],
  ["a file over a trigger", bind("/proc/sysrq-trigger", "@HOST@/volume/file")],
  ["a directory by an unusual spelling", bind("//proc/./sys//kernel/../kernel")],
  ["a directory by a link of the image", bind("/innocent/sys")],
  ["a tmpfs by a link of the image to a process", tmpfs("/process")],
];

for (const form of FORMS) {
  test.if(root)(`a mount over procfs is refused, however it is named, ${form.name}`, async () => {
    for (const [what, mount] of REFUSED) {
      const proc = { destination: "/proc", type: "proc", source: "proc" };
      const links = { innocent: { link: "/proc" }, process: { link: "proc/self" } };
      await using container = await formed(form, {
        args: ["/probe", "say", "ran"],
        config: { mounts: [proc, mount] },
        rootfs: links,
        host: HOST,
      });
      const { exitCode, stdout } = await container.run();
      expect([what, exitCode, stdout]).toEqual([what, 1, ""]);
    }
  });
}

test.if(root)("purely informational files of procfs may be covered", async () => {
  const files = ["cpuinfo", "diskstats", "meminfo", "stat", "swaps", "uptime", "loadavg"].map((name) => `/proc/${name}`);
  await using container = await formed(DEFAULT, {
    args: ["/probe", ...files.flatMap((path) => ["read", path])],
    mounts: files.map((path) => bind(path, "@HOST@/given")),
    host: { given: "given" },
  });
  const { exitCode, stdout } = await container.run();
  expect([exitCode, stdout]).toEqual([0, files.map((path) => `read ${path} ok given\n`).join("")]);
});
