/** Numbers that a system call would misread: -1 as "leave unchanged", and bits beyond a field's width not at all. */
import { describe, expect, test } from "bun:test";
import { type JsonObject, merge } from "../../support/json.ts";
import { MINIMAL } from "./example.ts";
import { saidOf } from "./problems-of.ts";

type Row = readonly [title: string, addition: JsonObject, ...said: readonly string[]];

const USER = [{ type: "user" }];
const ids = (containerID: number, hostID: number, size: number) => ({ containerID, hostID, size });
const mappedMount = (uids: JsonObject, gids: JsonObject) => ({
  destination: "/a",
  source: "/a",
  options: ["bind", "idmap"],
  uidMappings: [uids],
  gidMappings: [gids],
});
const linux = (addition: JsonObject) => ({ linux: addition });
const process = (addition: JsonObject) => ({ process: addition });

const ROWS: readonly Row[] = [
  ...["uid", "gid"].map(
    (name): Row => [
      `process.user.${name} is no larger than the last id`,
      process({ user: { [name]: 4294967295 } }),
      `/process/user/${name}: must be at most 4294967294, not 4294967295`,
    ],
  ),
  [
    "process.user.additionalGids are no larger than the last id",
    process({ user: { uid: 4294967294, additionalGids: [4294967294, 4294967295] } }),
    "/process/user/additionalGids/1: must be at most 4294967294, not 4294967295",
  ],
  [
    "mappings start no later than the last id, on both sides",
    linux({ namespaces: USER, uidMappings: [ids(4294967295, 0, 1)], gidMappings: [ids(0, 4294967295, 1)] }),
    "/linux/uidMappings/0/containerID: must be at most 4294967294, not 4294967295",
    "/linux/gidMappings/0/hostID: must be at most 4294967294, not 4294967295",
  ],
  [
    "mappings of a mount start no later than the last id",
    { mounts: [mappedMount(ids(0, 4294967295, 1), ids(4294967295, 0, 1))] },
    "/mounts/0/uidMappings/0/hostID: must be at most 4294967294, not 4294967295",
    "/mounts/0/gidMappings/0/containerID: must be at most 4294967294, not 4294967295",
  ],
  [
    "mappings of a mount end no later than the last id",
    { mounts: [mappedMount(ids(0, 0, 4294967295), ids(0, 4294967294, 2))] },
    "/mounts/0/gidMappings/0/size: goes beyond the last id: hostID 4294967294",
  ],
  [
    "devices belong to ids, and their numbers fit into what mknod(2) takes",
    linux({
      devices: [
        { type: "c", path: "/dev/a", major: 4096, minor: 3, uid: 4294967295, gid: 4294967295 },
        { type: "c", path: "/dev/b", major: 4095, minor: 1048576, uid: 4294967294, gid: 4294967294 },
      ],
    }),
    "/linux/devices/0/major: must be at most 4095, not 4096",
    "/linux/devices/0/uid: must be at most 4294967294, not 4294967295",
    "/linux/devices/0/gid: must be at most 4294967294, not 4294967295",
    "/linux/devices/1/minor: must be at most 1048575, not 1048576",
  ],
  [
    "device rules have the numbers of devices, or -1",
    linux({
      resources: {
        devices: [
          { allow: false, major: -1, minor: -1, access: "rwm" },
          { allow: true, major: 4294967295, minor: -2, access: "r" },
        ],
      },
    }),
    "/linux/resources/devices/1/major: must be at most 2147483647, not 4294967295",
    "/linux/resources/devices/1/minor: must be at least -1, not -2",
  ],
  [
    "a throttled device has the numbers of one",
    linux({
      resources: {
        blockIO: { throttleReadBpsDevice: [{ major: 4104, minor: 0, rate: 1 }], weightDevice: [{ major: 8, minor: 1048576, weight: 10 }] },
      },
    }),
    "/linux/resources/blockIO/throttleReadBpsDevice/0/major: must be at most 4095, not 4104",
    "/linux/resources/blockIO/weightDevice/0/minor: must be at most 1048575, not 1048576",
  ],
  [
    "a device's mode is one, with a file type or without",
    linux({
      devices: [
        { type: "p", path: "/a", fileMode: 0o10666 },
        { type: "p", path: "/b", fileMode: 0o200666 },
      ],
    }),
    "/linux/devices/1/fileMode: must be at most 65535, not 65974",
  ],
  [
    "umask has permission bits alone, oomScoreAdj its range, a limit 64 bits, a hook's timeout no wait for ever",
    {
      process: {
        user: { umask: 512 },
        oomScoreAdj: -1001,
        rlimits: [{ type: "RLIMIT_CPU", soft: -1, hard: 1 }],
        ioPriority: { class: "IOPRIO_CLASS_BE", priority: 8 },
      },
      hooks: {
        poststop: [
          { path: "/a", timeout: 0 },
          { path: "/a", timeout: 2147483648 },
        ],
      },
    },
    "/process/user/umask: must be at most 511, not 512",
    "/process/oomScoreAdj: must be at least -1000, not -1001",
    "/process/rlimits/0/soft: must be at least 0, not -1",
    "/process/ioPriority/priority: must be at most 7, not 8",
    "/hooks/poststop/0/timeout: must be at least 1, not 0",
    "/hooks/poststop/1/timeout: must be at most 2147483647, not 2147483648",
  ],
];

describe("numbers that a kernel call takes", () => {
  test.each(ROWS.map(([name, addition, ...said]) => [name, addition, said] as const))("%s", async (_, addition, said) => {
    expect(await saidOf(merge(MINIMAL, addition))).toEqual([...said]);
  });
});
