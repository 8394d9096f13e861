/** Who gets the container's cgroup (runtime-spec, config-linux.md, Cgroup ownership). */
import { expect, test } from "bun:test";
import { describeHostStep } from "../../../../src/plan/describe.ts";
import { type PlanOptions, planContainer } from "../../../../src/plan/plan-container.ts";
import type { Linux, Mount, Spec } from "../../../../src/spec/types.ts";
import { FACTS } from "../../../plan/facts.ts";

const OPTIONS: PlanOptions = {
  id: "c1",
  waitForStart: true,
  noPivot: false,
  noNewKeyring: false,
  preserveFds: 0,
  pidFile: undefined,
  pidfdSocket: undefined,
};
const CGROUP: Mount = { destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid", "rw"] };
const OWN = [{ type: "mount" }, { type: "pid" }, { type: "cgroup" }] as const;
const USER: Partial<Linux> = {
  namespaces: [...OWN, { type: "user" }],
  uidMappings: [
    { containerID: 0, hostID: 100000, size: 10 },
    { containerID: 1000, hostID: 5000, size: 1 },
  ],
  gidMappings: [{ containerID: 0, hostID: 100000, size: 10 }],
};

interface Case {
  readonly facts?: string;
  readonly uid?: number;
  readonly linux?: Partial<Linux>;
  readonly mount?: Partial<Mount>;
}

function given({ facts = "root on v2", uid = 0, linux = USER, mount = {} }: Case): string[] {
  const known = FACTS[facts];
  if (known === undefined) throw new Error(`no facts are called ${facts}`);
  const spec: Spec = {
    ociVersion: "1.3.0",
    root: { path: "rootfs" },
    process: { cwd: "/", args: ["x"], user: { uid, gid: 0 } },
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { ...CGROUP, ...mount },
    ],
    linux: { cgroupsPath: "/c", ...linux },
  };
  const steps = planContainer(spec, known, OPTIONS).host.filter(({ step }) => step.op === "chownCgroup");
  return steps.map(({ step, origin, onFailure = "stop" }) => `${describeHostStep(step)} (${onFailure}) < ${origin}`);
}

const to = (uid: number): string[] => [
  `give cgroup /sys/fs/cgroup/c to uid ${uid}, with its files that may be delegated (stop) < /mounts/1`,
];

test.each<[string, Case, number]>([
  ["root of a new user namespace", {}, 100000],
  ["the user that the program runs as, if it is another", { uid: 1000 }, 5000],
  ["the last one of a range", { uid: 9 }, 100009],
  ["the user of the program without a user namespace", { uid: 1234, linux: { namespaces: [...OWN] } }, 1234],
  ["the same with options of which the last one is rw", { mount: { options: ["ro", "nosuid", "rw"] } }, 100000],
  ["the same with rro taken back by rrw", { mount: { options: ["rro", "rrw"] } }, 100000],
  ["the same with cgroup2 as the type", { mount: { type: "cgroup2" } }, 100000],
  ["the same with a destination that is written at length", { mount: { destination: "/sys//fs/cgroup/" } }, 100000],
])("a writable cgroup in a cgroup namespace belongs to %s", (_, one, uid) => {
  expect(given(one)).toEqual(to(uid));
});

test.each<[string, Case]>([
  ["the mount is read-only", { mount: { options: ["ro"] } }],
  ["the last option makes the mount read-only", { mount: { options: ["rw", "ro"] } }],
  ["the mount is read-only with all below it", { mount: { options: ["rw", "rro"] } }],
  ["the mount is recursively read-only", { mount: { options: ["rro"] } }],
  ["the mount is elsewhere", { mount: { destination: "/cgroup" } }],
  ["the source has another name", { mount: { source: "cgroup2" } }],
  ["another file system has the name", { mount: { type: "tmpfs" } }],
  ["the cgroup namespace is the host's", { linux: { ...USER, namespaces: [{ type: "mount" }, { type: "user" }] } }],
  [
    "the cgroup namespace is another container's",
    { linux: { ...USER, namespaces: [{ type: "mount" }, { type: "user" }, { type: "cgroup", path: "/proc/7/ns/cgroup" }] } },
  ],
  ["the program's user has no id on the host", { uid: 77 }],
  ["it is root's already", { linux: { namespaces: [...OWN] } }],
  ["the hierarchies are those of v1", { facts: "root on v1" }],
])("the cgroup stays whose it is if %s", (_, one) => {
  expect(given(one)).toEqual([]);
});
