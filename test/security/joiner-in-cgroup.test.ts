/**
 * Class: a process that joins a pid namespace is taken over there before it is in the container's cgroup, and what it then starts has none of the
 * container's limits: of devices, where cgroup2 has all of them. Whoever can be seen by one that may trace it is in that cgroup.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT, formed } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "cgroup-v1");
const RIGHTS = ["CAP_SYS_PTRACE"];
const TIMES = 50;

test.if(possible).each([
  ["has reached its limit of processes", 1, [255]],
  ["has room for init's two stages", 20, [0]],
])("a process that exec starts is in the cgroup of a container that %s", async (_, limit, statuses) => {
  await using container = await formed(DEFAULT, {
    args: ["/probe", "seize-uncounted", "/stop"],
    config: {
      process: { capabilities: { bounding: RIGHTS, effective: RIGHTS, permitted: RIGHTS } },
      root: { readonly: false },
      linux: { resources: { pids: { limit } } },
    },
  });
  const { running } = await container.create();
  expect((await container.call(["start", container.box.id])).exitCode).toBe(0);
  await running.shows("seizing");
  const seen = new Set<number>();
  for (let i = 0; i < TIMES; i++) seen.add((await container.call(["exec", container.box.id, "/probe", "true"])).exitCode);
  writeFileSync(join(container.box.rootfs, "stop"), "");
  await running.shows("uncounted ");
  expect([(await running.stdout()).includes("uncounted none\n"), [...seen]]).toEqual([true, statuses]);
});
