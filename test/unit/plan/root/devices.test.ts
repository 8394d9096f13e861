import { expect, test } from "bun:test";
import { describeStep } from "../../../../src/plan/describe.ts";
import { parseMounts } from "../../../../src/plan/mounts/mount-entry.ts";
import { planDevices } from "../../../../src/plan/root/devices.ts";
import type { Device, Mount } from "../../../../src/spec/types.ts";
import { FACTS } from "../../../plan/facts.ts";

function plan(devices: readonly Device[], { mounts = [], bound = false }: { mounts?: readonly Mount[]; bound?: boolean } = {}): string[] {
  const facts = FACTS.root;
  if (facts === undefined) throw new Error("no facts are called root");
  const spec = { ociVersion: "1.3.0", mounts: [...mounts], linux: { devices: [...devices] } };
  return planDevices({ spec, mounts: parseMounts(spec), facts, inUserNamespace: bound, isOutside: false }).map(({ step }) =>
    describeStep(step),
  );
}

const FUSE: Device = { path: "/dev/fuse", type: "c", major: 10, minor: 229 };

test("a listed device replaces the default one", () => {
  const texts = plan([{ path: "/dev/../dev/null", type: "c", major: 1, minor: 3, fileMode: 0o600, uid: 7, gid: 8 }]);
  expect(texts.filter((text) => text.includes(" /dev/null "))).toEqual(["make character device /dev/null (1:3, mode 0600, owner 7:8)"]);
});

test("the file type that engines put into fileMode is ignored", () => {
  expect(plan([{ ...FUSE, fileMode: 0o060640 }])).toContain("make character device /dev/fuse (10:229, mode 0640, owner 0:0)");
});

test("a listed /dev/ptmx is left to the container's devpts", () => {
  expect(plan([{ path: "/dev/ptmx", type: "c", major: 5, minor: 2 }]).filter((text) => text.includes("/dev/ptmx"))).toEqual([
    "remove /dev/ptmx, if it is there",
    "link /dev/ptmx to pts/ptmx",
  ]);
});

test("in a user namespace the host's devices are bound, and a pipe is made", () => {
  const texts = plan([FUSE, { path: "/run/pipe", type: "p" }], { bound: true });
  expect(texts).toContain("clone the mount at /dev/fuse as #11");
  expect(texts).toContain("make fifo /run/pipe (0:0, mode 0666, owner 0:0)");
});

test.each([
  ["bind", ["rbind"], true],
  ["none", ["bind"], true],
  ["tmpfs", ["nosuid"], false],
] as const)("a mount of type %s on /dev with options %s is somebody else's directory: %p", (type, options, expected) => {
  expect(plan([FUSE], { mounts: [{ destination: "/dev/", type, source: "/dev", options: [...options] }] }).length === 0).toBe(expected);
});
