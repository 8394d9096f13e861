/**
 * Class: a mount target in the image that is a link to the host (crun CVE-2019-18837). Each type of mount on each kind of link stays in the
 * container or is refused; nothing of the host is covered, made or changed.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DEFAULT, formed, JOINED, NO_MOUNT, NO_PIVOT, ROOTLESS, USER_NAMESPACE } from "../support/forms.ts";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { contents } from "./contents.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const TYPES: Readonly<Record<string, JsonObject>> = {
  tmpfs: { type: "tmpfs", source: "tmpfs" },
  "bind of a directory": { type: "bind", source: "@HOST@/given", options: ["bind"] },
  "bind of a file": { type: "bind", source: "@HOST@/given/file", options: ["bind"] },
  "recursive bind": { type: "bind", source: "@HOST@/given", options: ["rbind", "rprivate"] },
  proc: { type: "proc", source: "proc" },
  sysfs: { type: "sysfs", source: "sysfs", options: ["ro"] },
  devpts: { type: "devpts", source: "devpts", options: ["newinstance"] },
  mqueue: { type: "mqueue", source: "mqueue" },
  cgroup: { type: "cgroup", source: "cgroup", options: ["ro"] },
};
/** Targets in config.json, and the links in the image that make each lead to `host`. */
const LINKS: Readonly<Record<string, (host: string) => Readonly<Record<string, string>>>> = {
  "an absolute link": (host) => ({ target: host }),
  "a relative link": (host) => ({ target: `${"../".repeat(12)}${host.slice(1)}` }),
  "a chain of links": (host) => ({ target: "one", one: "/two/../three", "two/.keep": "", three: host }),
  "a dangling link": (host) => ({ target: `${host}/new` }),
  "a link through procfs": (host) => ({ target: `/proc/self/root${host}` }),
  "a link through a descriptor": (host) => ({ target: `/proc/self/fd/5${"/..".repeat(8)}${host}` }),
};

for (const form of [DEFAULT, USER_NAMESPACE, ...ROOTLESS, JOINED, NO_PIVOT, NO_MOUNT]) {
  for (const [type, mount] of Object.entries(TYPES)) {
    test.if(root)(`${type} is never mounted on the host's files, ${form.name}`, async () => {
      const mounts = [
        { destination: "/proc", type: "proc", source: "proc" },
        { ...mount, destination: "/target" },
      ];
      await using container = await formed(form, {
        args: ["/probe", "say", "ran"],
        config: { mounts, root: { readonly: false } },
        host: { "given/file": "", "secret/file": "untouched", "secret/directory/.keep": "" },
      });
      const { box } = container;
      const before = contents(box.host);
      for (const [kind, links] of Object.entries(LINKS)) {
        await plant(box.rootfs, links(join(box.host, type === "bind of a file" ? "secret/file" : "secret/directory")));
        const { exitCode, stdout } = await container.run();
        expect([kind, exitCode === 0, stdout, contents(box.host)]).toEqual([kind, exitCode === 0, exitCode === 0 ? "ran\n" : "", before]);
      }
    });
  }
}

async function plant(rootfs: string, links: Readonly<Record<string, string>>): Promise<void> {
  for (const name of ["target", "one", "two", "three"]) await rm(join(rootfs, name), { recursive: true, force: true });
  for (const [name, link] of Object.entries(links)) {
    await mkdir(dirname(join(rootfs, name)), { recursive: true });
    if (link !== "") await symlink(link, join(rootfs, name));
  }
}
