/**
 * Class: a user's container without a cgroup namespace has the user's cgroups writable, and so can lift its own limits and reach the host's
 * processes of that user (runc CVE-2023-25809). They are read-only.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { formed, ROOTLESS } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const CGROUPS = "/sys/fs/cgroup";
/** The hierarchies of the host, "." on v2. */
const hierarchies = existsSync(`${CGROUPS}/cgroup.procs`)
  ? ["."]
  : readdirSync(CGROUPS).filter((name) => existsSync(`${CGROUPS}/${name}/tasks`));

test.if(root && ROOTLESS.length > 0)("there are cgroups to write to", () => {
  expect(hierarchies).not.toEqual([]);
});

for (const form of ROOTLESS) {
  for (const [what, options] of [
    ["asks for them read-only", ["nosuid", "noexec", "nodev", "ro"]],
    ["asks for them writable", ["nosuid", "noexec", "nodev"]],
  ] as const) {
    for (const sysfs of [true, false]) {
      test.if(root)(
        `cgroups cannot be written to where config.json ${what}, ${sysfs ? "with the host's sysfs" : "without sysfs"}`,
        async () => {
          const mounts = [
            { destination: "/proc", type: "proc", source: "proc" },
            ...(sysfs ? [{ destination: "/sys", type: "none", source: "/sys", options: ["rbind", "ro"] }] : []),
            { destination: CGROUPS, type: "cgroup", source: "cgroup", options: [...options] },
          ];
          const places = hierarchies.map((name) => `${CGROUPS}/${name}`);
          const tries = places.flatMap((place) => [
            "mkdir",
            `${place}/new`,
            "append",
            `${place}/tasks`,
            "1",
            "append",
            `${place}/cgroup.procs`,
            "1",
          ]);
          await using container = await formed(form, { args: ["/probe", ...tries], config: { mounts, root: { readonly: false } } });
          const { exitCode, stdout } = await container.run();
          expect([exitCode, stdout.split("\n").filter((line) => / ok$/.test(line))]).toEqual([0, []]);
          expect(stdout.split("\n")).toHaveLength(3 * places.length + 1);
        },
      );
    }
  }
}
