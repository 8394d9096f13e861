/** Checkpoints of containers whose mounts are shared, slaves or unbindable, on a host whose own are shared or not. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readlinkSync } from "node:fs";
import { join } from "node:path";
import { countOf, counts, shellBox, WITH_CRIU } from "../support/criu.ts";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import type { CallOptions, Sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";
import { mountsOf, sharedMounts, userBox } from "../support/userns-criu.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "busybox", "criu", "cgroups", "user-namespace", "mount-setattr");
const PROPAGATIONS = ["unbindable", "runbindable", "shared", "rshared", "slave", "rslave", "private", "rprivate"];

const images = (box: Sandbox): string => join(box.directory, "images");
const run = (box: Sandbox, options: CallOptions): Promise<unknown> => box.must(["run", "--detach", "--bundle", box.path, box.id], options);
const checkpoint = (box: Sandbox): string[] => ["checkpoint", "--image-path", images(box), box.id];
const restore = (box: Sandbox): string[] => ["restore", "--detach", "--bundle", box.path, "--image-path", images(box), box.id];
const remove = (box: Sandbox, options: CallOptions): Promise<unknown> => box.must(["delete", "--force", box.id], options);

function bind(destination: string, ...options: string[]): JsonObject {
  return { destination, type: "bind", source: "@HOST@", options: ["bind", ...options] };
}

/** The mount namespaces of its processes. */
async function namespacesOf(box: Sandbox): Promise<ReadonlySet<string>> {
  const pids: readonly number[] = JSON.parse((await box.must(["ps", "--format", "json", box.id])).stdout);
  return new Set(pids.map((pid) => readlinkSync(`/proc/${pid}/ns/mnt`)));
}

describe.if(possible).each([
  ["whose mounts are private", false],
  ["whose mounts are shared", true],
])("on a host %s", (_, isShared) => {
  test.each([
    ["without a user namespace", shellBox],
    ["with a user namespace", userBox],
  ])("a container %s keeps how its mounts spread", async (_, boxOf) => {
    await using box = await boxOf({ mounts: PROPAGATIONS.map((option) => bind(`/${option}`, option)) });
    await using shared = await sharedMounts("true");
    const there = isShared ? shared.there : WITH_CRIU;
    await run(box, there);
    await counts(box);
    const before = await mountsOf(box);
    expect(before.filter((line) => line.includes(" unbindable "))).toHaveLength(2);
    await box.must(checkpoint(box), there);
    await box.must(restore(box), there);
    await counts(box, countOf(box));
    expect(await mountsOf(box)).toEqual(before);
    await remove(box, there);
  });
});

describe.if(possible)("a process with a mount namespace of its own, in a container with a user namespace", () => {
  const script = "busybox unshare -m busybox sleep 1000 & busybox sleep 1000";
  const capabilities = Object.fromEntries(["bounding", "effective", "permitted"].map((set) => [set, ["CAP_SYS_ADMIN"]]));
  const nested = (linux: JsonObject): Promise<Sandbox> => userBox({ script, config: { process: { capabilities }, linux } });
  const start = async (box: Sandbox, options: CallOptions): Promise<void> => {
    await run(box, options);
    await until("there are two mount namespaces", async () => (await namespacesOf(box)).size === 2);
  };

  test("comes back with the others if no mount is tied to the host's", async () => {
    await using box = await nested({ rootfsPropagation: "private" });
    await using shared = await sharedMounts("true");
    await start(box, shared.there);
    await box.must(checkpoint(box), shared.there);
    await box.must(restore(box), shared.there);
    expect((await namespacesOf(box)).size).toBe(2);
    await remove(box, shared.there);
  });

  test("makes a checkpoint impossible if one is, and goes on", async () => {
    await using box = await nested({});
    await using shared = await sharedMounts("true");
    await start(box, shared.there);
    const { exitCode, stderr } = await box.call(checkpoint(box), shared.there);
    expect([exitCode, await box.status()]).toEqual([1, "running"]);
    expect(stderr).toContain("a process in it has a mount namespace of its own");
    expect(stderr).toContain("config.json: /linux/rootfsPropagation");
    expect((await namespacesOf(box)).size).toBe(2);
    await remove(box, shared.there);
  });
});
