/**
 * Class: a list of devices that is read as a deny list, so that an empty one allows everything (runc GHSA-g54h-m393-cpwq, 2020). An
 * image may contain device nodes of any kind and mode: only the default ones and those that config.json allows work.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { FORMS, type Form, formed } from "../support/forms.ts";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
/** Memory, ports, the kernel's log, a disk that may not exist (then ENXIO would say that it was allowed), a terminal of the host. */
const NODES = ["c 1 1", "c 1 4", "c 1 11", "b 254 0", "b 7 0", "b 8 0", "c 4 1", "c 10 229"].map((node) => node.split(" "));
const nameOf = (node: readonly string[]): string => `/node-${node.join("-")}`;
const RULES: Readonly<Record<string, JsonObject | null>> = {
  "no resources at all": null,
  "empty resources": { devices: null },
  "an empty list": { devices: [] },
  "a list that allows one device": { devices: [{ allow: true, type: "c", major: 1, minor: 3, access: "rwm" }] },
  "a list that forbids one device": { devices: [{ allow: false, type: "c", major: 10, minor: 1, access: "rwm" }] },
  "a list that forbids all": { devices: [{ allow: false, access: "rwm" }] },
};

const hasCgroups = (form: Form): boolean => form.caller === undefined; // a user has no nodes beyond those that they can open anyway
for (const form of FORMS.filter(hasCgroups)) {
  test.if(root)(`device nodes in the image stay unusable, whatever the list, ${form.name}`, async () => {
    for (const [what, resources] of Object.entries(RULES)) {
      await using container = await formed(form, {
        args: ["/probe", ...NODES.flatMap((node) => ["open", nameOf(node)]), "open", "/dev/null"],
        config: { linux: { resources } },
      });
      for (const node of NODES) {
        const made = Bun.spawnSync(["mknod", "-m", "666", join(container.box.rootfs, nameOf(node)), ...node]);
        if (!made.success) throw new Error(made.stderr.toString());
      }
      const { exitCode, stdout } = await container.run();
      expect([what, exitCode, stdout]).toEqual([
        what,
        0,
        `${NODES.map((node) => `open ${nameOf(node)} EPERM\n`).join("")}open /dev/null ok\n`,
      ]);
    }
  });
}
