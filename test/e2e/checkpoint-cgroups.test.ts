/** A restored container's cgroups and limits: on v1 and on v2, made by lamina and by a real systemd. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { readMounts } from "../../src/host/facts/mount-table.ts";
import { counts, shellBox, WITH_CRIU } from "../support/criu.ts";
import type { JsonObject } from "../support/json.ts";
import { ownId } from "../support/own-id.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { CGROUP2, type SystemdGround, systemdGround } from "../support/systemd-ground.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { MAPS, userBox } from "../support/userns-criu.ts";

setDefaultTimeout(TEST_TIMEOUT);

const KINDS = {
  v1: requires("root", "busybox", "criu", "systemd", "systemd-v1"),
  v2: requires("root", "busybox", "criu", "systemd", "systemd-v2"),
};

test.if(requires("root", "busybox", "criu", "cgroup-v1") && CGROUP2 !== undefined)(
  "cgroups of others do not come back where the container has none of its own",
  async () => {
    const { name, argv } = runtimeUnderTest();
    const hidden = ["unshare", "--mount", "sh", "-c", `umount ${CGROUP2}; exec "$@"`, "sh", ...argv];
    await using box = await shellBox({ runtime: { name, argv: hidden } });
    const images = join(box.directory, "images");
    await box.must(["run", "--detach", "--bundle", box.path, box.id]);
    const last = await counts(box);
    const other = `${CGROUP2}/${ownId("other")}`;
    mkdirSync(other);
    try {
      await box.must(["checkpoint", "--image-path", images, box.id], WITH_CRIU);
    } finally {
      rmdirSync(other);
    }
    await box.must(["restore", "--detach", "--bundle", box.path, "--image-path", images, box.id], WITH_CRIU);
    await counts(box, last);
    const isBack = existsSync(other);
    if (isBack) rmdirSync(other);
    expect(isBack).toBe(false);
  },
);

test.if(requires("root", "busybox", "criu", "cgroup-v2"))("the host's cgroup2 keeps its options", async () => {
  const options = (): string[] =>
    readMounts()
      .filter(({ type }) => type === "cgroup2")
      .map(({ superOptions }) => superOptions);
  const before = options();
  await using box = await shellBox();
  const images = join(box.directory, "images");
  await box.must(["run", "--detach", "--bundle", box.path, box.id]);
  const last = await counts(box);
  await box.must(["checkpoint", "--image-path", images, box.id], WITH_CRIU);
  const afterwards = options();
  await box.must(["restore", "--detach", "--bundle", box.path, "--image-path", images, box.id], WITH_CRIU);
  await counts(box, last);
  expect([afterwards, options()]).toEqual([before, before]);
});

describe.each(["v1", "v2"] as const)("on cgroup %s", (kind) => {
  const has = KINDS[kind];
  let ground: SystemdGround;
  beforeAll(async () => {
    if (has) ground = await systemdGround(kind);
  });
  afterAll(() => (has ? ground[Symbol.asyncDispose]() : undefined));

  const ids = { uidMappings: MAPS, gidMappings: MAPS };
  for (const [driver, flags, namespaces, linux] of [
    ["lamina", [], [], {}],
    ["lamina, with a cgroup namespace", [], [{ type: "cgroup" }], {}],
    ["lamina, with a user namespace", [], [{ type: "user" }], ids],
    ["lamina, with user and cgroup namespaces", [], [{ type: "user" }, { type: "cgroup" }], ids],
    ["systemd", ["--systemd-cgroup"], [], {}],
    ["systemd, with a user namespace", ["--systemd-cgroup"], [{ type: "user" }, { type: "cgroup" }], ids],
  ] as const) {
    test.if(has)(`made by ${driver}`, async () => {
      const { name, argv } = runtimeUnderTest();
      const config: JsonObject = {
        linux: {
          ...linux,
          resources: kind === "v1" ? { pids: { limit: 50 } } : {},
          namespaces: [...["pid", "network", "ipc", "uts", "mount"].map((type) => ({ type })), ...namespaces],
        },
      };
      await using box = await (linux === ids ? userBox : shellBox)({
        config,
        runtime: { name, argv: [...ground.prefix, ...argv, ...flags] },
      });
      const cgroupsNow = async (): Promise<string> => ground.must("cat", `/proc/${(await box.state()).pid}/cgroup`);
      await box.must(["run", "--detach", "--bundle", box.path, box.id]);
      const last = await counts(box);
      const before = await cgroupsNow();
      const images = join(box.directory, "images");
      await box.must(["checkpoint", "--image-path", images, box.id], WITH_CRIU);
      await box.must(["restore", "--detach", "--bundle", box.path, "--image-path", images, box.id], WITH_CRIU);
      await counts(box, last);
      expect(await cgroupsNow()).toBe(before);
      expect(before).toContain(box.id);
      if (driver.startsWith("systemd")) expect(await ground.must("systemctl", "is-active", `lamina-${box.id}.scope`)).toBe("active\n");
      if (kind === "v1") await box.must(["update", "--pids-limit", "40", box.id]); // cgroup2 beside v1 has no such controller
    });
  }
});
