/**
 * Class: inheritable capabilities that config.json does not ask for (runc CVE-2022-29162, crun CVE-2022-27650, youki CVE-2025-27612). Programs
 * of the image with file capabilities would have them whoever runs them. The caller's own do not matter.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { FORMS, formed } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const CAPABILITIES = ["CAP_KILL", "CAP_NET_BIND_SERVICE"]; // bits 5 and 10
const set = (stdout: string, name: string): string => new RegExp(`^${name} (\\w+)$`, "m").exec(stdout)?.[1] ?? "";

for (const form of FORMS) {
  const uids = form.caller === undefined ? [0, 1000] : [0];
  for (const uid of uids) {
    test.if(root)(`only listed ones are inherited, for uid ${uid}, ${form.name}`, async () => {
      const capabilities = { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES, ambient: null, inheritable: null };
      await using container = await formed(form, {
        args: ["/probe", "status"],
        config: { process: { user: { uid, gid: uid }, capabilities } },
      });
      const outer =
        form.caller === undefined
          ? ["setpriv", "--inh-caps=+kill,+sys_chroot,+sys_admin,+net_raw", "--ambient-caps=+kill,+sys_chroot", "--"]
          : [];
      const { exitCode, stdout } = await container.run({ outer });
      const effective = uid === 0 ? "0000000000000420" : "0000000000000000";
      expect([exitCode, ...["CapInh", "CapAmb", "CapBnd", "CapEff"].map((name) => set(stdout, name))]).toEqual([
        0,
        "0000000000000000",
        "0000000000000000",
        "0000000000000420",
        effective,
      ]);
    });
  }
}
