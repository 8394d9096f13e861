/** How much the kernel takes of what config.json says: told before anything is made. */
import { expect, test } from "bun:test";
import { type JsonObject, merge } from "../../support/json.ts";
import { MINIMAL } from "./example.ts";
import { saidOf } from "./problems-of.ts";

type Row = readonly [title: string, addition: JsonObject, ...said: readonly string[]];

const type = (name: string) => [{ type: name }];
const ids = (containerID: number, hostID: number, size: number) => ({ containerID, hostID, size });
const linux = (addition: JsonObject) => ({ linux: addition });
const process = (addition: JsonObject) => ({ process: addition });

const ROWS: readonly Row[] = [
  [
    "[C63] names are as long as the kernel takes them",
    { hostname: "a".repeat(65), domainname: "ö".repeat(33), linux: { namespaces: type("uts") } },
    "/hostname: must have at most 64 bytes, not 65",
    "/domainname: must have at most 64 bytes, not 66",
  ],
  [
    "as many mappings as the kernel takes",
    linux({
      namespaces: type("user"),
      uidMappings: Array.from({ length: 340 }, (_, i) => ids(i, i, 1)),
      gidMappings: Array.from({ length: 341 }, (_, i) => ids(i, i, 1)),
    }),
    "/linux/gidMappings: must have at most 340 items, not 341",
  ],
  [
    "as much text of mappings as the kernel takes",
    linux({
      namespaces: type("user"),
      uidMappings: Array.from({ length: 340 }, (_, i) => ids(i, 1000 + i, 1)),
      gidMappings: Array.from({ length: 340 }, (_, i) => ids(i, 1000000 + i, 1)),
    }),
    "/linux/gidMappings: must have at most 4095 bytes as lines of uid_map, not 4650",
  ],
  ["[C48] without a terminal its size is ignored", process({ consoleSize: { height: 65536, width: 0 } })],
  [
    "[C48] the size of a terminal is one that the kernel keeps",
    process({ terminal: true, consoleSize: { height: 65535, width: 65536 } }),
    "/process/consoleSize/width: must be at most 65535, not 65536",
  ],
  [
    "there are as many groups as the kernel takes",
    process({ user: { additionalGids: Array.from({ length: 65537 }, (_, i) => i) } }),
    "/process/user/additionalGids: must have at most 65536 items, not 65537",
  ],
  [
    "[C111] an errno is one that libseccomp takes; what a tracer is told may be higher",
    linux({
      seccomp: {
        defaultAction: "SCMP_ACT_ERRNO",
        defaultErrnoRet: 4095,
        syscalls: [
          { names: ["a"], action: "SCMP_ACT_ERRNO", errnoRet: 4094 },
          { names: ["b"], action: "SCMP_ACT_ERRNO", errnoRet: 65535 },
          { names: ["c"], action: "SCMP_ACT_TRACE", errnoRet: 65535 },
        ],
      },
    }),
    "/linux/seccomp/defaultErrnoRet: must be at most 4094 with SCMP_ACT_ERRNO, not 4095",
    "/linux/seccomp/syscalls/1/errnoRet: must be at most 4094 with SCMP_ACT_ERRNO, not 65535",
  ],
];

test.each(ROWS.map(([title, addition, ...said]) => [title, addition, said] as const))("%s", async (_, addition, said) => {
  expect(await saidOf(merge(MINIMAL, addition))).toEqual([...said]);
});
