/**
 * Class: mounts of a container that show in another one. A container that is given another's mount namespace by path mounts an unmasked procfs
 * and pivots; the other's processes must see none of it before it is masked, keep their root, and get rid of it whether the start succeeds or not.
 * Nor can they lead it to the host.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, statSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT, formed, HOST_PID } from "../support/forms.ts";
import { type JsonObject, merge, parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const MOUNTS = [
  { destination: "/proc", type: "proc", source: "proc" },
  { destination: "/dev", type: "tmpfs", source: "tmpfs" },
];
const TYPES = ["pid", "network", "ipc", "uts"];

function joining(pid: number): JsonObject {
  return { namespaces: [...TYPES.map((type) => ({ type })), { type: "mount", path: `/proc/${pid}/ns/mnt` }] };
}

function configure({ path }: Sandbox, change: JsonObject): void {
  const file = join(path, "config.json");
  writeFileSync(file, JSON.stringify(merge(parseObject(readFileSync(file, "utf8")), change)));
}

/** Mounts of the process, and which directory is its root. */
function viewOf(pid: number): string {
  const { dev, ino } = statSync(`/proc/${pid}/root/`);
  return `${readFileSync(`/proc/${pid}/mountinfo`, "utf8")}root ${dev}:${ino}`;
}

for (const [outcome, args, status] of [
  ["starts", ["/probe", "true"], 0],
  ["fails", ["/missing"], 1],
] as const) {
  for (const propagation of ["private", "shared"]) {
    test.if(root)(
      `a container has nothing left of one that ${outcome} in its mount namespace, its mounts being ${propagation}`,
      async () => {
        await using joiner = await sandbox({ args });
        await using joined = await formed(DEFAULT, {
          args: ["/probe", "sleep-until-signal"],
          config: { root: { readonly: false }, linux: { rootfsPropagation: propagation } },
          mounts: [{ destination: joiner.path, source: joiner.path, options: ["rbind"] }],
        });
        const { pid } = await joined.create();
        const before = viewOf(pid);
        const meanwhile = join(joiner.host, "meanwhile");
        const look = {
          path: "/bin/sh",
          args: ["sh", "-c", `{ cat /proc/${pid}/mountinfo; stat -Lc 'root %d:%i' /proc/${pid}/root/ | tr -d '\\n'; } > ${meanwhile}`],
        };
        configure(joiner, { mounts: MOUNTS, linux: joining(pid), hooks: { createRuntime: [look] } });
        const { exitCode, stderr } = await joiner.call(["run", "--bundle", joiner.path, joiner.id]);
        expect(exitCode).toBe(status);
        expect(stderr.includes("gets a copy")).toBe(propagation === "shared");
        expect(stderr.includes("/missing")).toBe(status !== 0);
        expect(readFileSync(meanwhile, "utf8")).toBe(before);
        expect(viewOf(pid)).toBe(before);
      },
    );
  }
}

/** More than init has open. */
const DESCRIPTORS = 32;

test.if(root)("a root directory that is a link to init's own descriptors leads a container nowhere", async () => {
  await using joiner = await sandbox({ args: ["/probe", "true"] });
  const way = joiner.path.slice(1);
  await using joined = await formed(HOST_PID, { args: ["/probe", "sleep-until-signal"], rootfs: { [way]: { directory: true } } });
  const { pid } = await joined.create();
  configure(joiner, { linux: joining(pid) });
  const link = join(joined.box.rootfs, way, "rootfs");
  const reasons = new Set<string>();
  for (let fd = 0; fd < DESCRIPTORS; fd++) {
    symlinkSync(`/proc/self/fd/${fd}`, link);
    const { exitCode, stderr } = await joiner.call(["run", "--bundle", joiner.path, joiner.id]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`open ${joiner.rootfs}: `)]);
    reasons.add(/rootfs: ([^:\n]+)\n/.exec(stderr)?.[1] ?? stderr);
    unlinkSync(link);
  }
  expect([...reasons].sort()).toEqual(["no such file or directory", "too many levels of symbolic links"]);
});

test.if(root)("a container that looks at the root over its own finds it masked, and keeps its own, for exec as well", async () => {
  await using joiner = await sandbox({ args: ["/probe", "sleep-until-signal"], rootfs: { whose: "of the joiner" } });
  await using joined = await formed(DEFAULT, {
    args: ["/probe", "sleep-until-signal"],
    config: { linux: { rootfsPropagation: "private" } },
    mounts: [{ destination: joiner.path, source: joiner.path, options: ["rbind"] }],
    rootfs: { whose: "of the joined" },
  });
  const { pid } = await joined.create();
  await joined.call(["start", joined.box.id]);
  configure(joiner, { mounts: MOUNTS, linux: joining(pid) });
  await joiner.must(["create", "--bundle", joiner.path, joiner.id]);
  await joiner.must(["start", joiner.id]);
  const pattern = "/proc/sys/kernel/core_pattern";
  const change = ["write", `/..${pattern}`, readFileSync(pattern, "utf8").trimEnd()];
  const seen = await joined.call([
    "exec",
    joined.box.id,
    "/probe",
    "read",
    "/whose",
    "read",
    "/../whose",
    "read",
    "/../proc/timer_list",
    ...change,
  ]);
  expect(seen.stdout.split("\n")).toEqual([
    "read /whose ok of the joined",
    "read /../whose ok of the joiner",
    "read /../proc/timer_list ok ",
    `write /..${pattern} EROFS`,
    "",
  ]);
  const inside = await joiner.must(["exec", joiner.id, "/probe", "read", "/whose", "read", "/../whose"]);
  expect(inside.stdout).toBe("read /whose ok of the joiner\nread /../whose ok of the joiner\n");
});
