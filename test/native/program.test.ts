/** The last steps: which file is executed, in which directory, with which HOME. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { guestPath, hostPath } from "../../src/base/paths.ts";
import type { InitStep } from "../../src/plan/steps/step.ts";
import { requires } from "../support/requires.ts";
import type { Files } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { type Attempt, inRoot, makeTrial } from "./run-plan.ts";

setDefaultTimeout(TEST_TIMEOUT); // the first test builds init

const possible = requires("root", "busybox");
const SCRIPT = { text: '#!/bin/sh\necho "$0"', mode: 0o755 };

function execute(name: string, searchPath: string): InitStep[] {
  return [
    { op: "findExecutable", name, searchPath, magicLinks: false },
    { op: "closeOnExec", first: 3 },
    { op: "exec", args: [name], env: [] },
  ];
}

test.if(possible).each<[string, Files, string, string, string]>([
  ["a name is looked up in order", { "b/prog": SCRIPT, "c/prog": SCRIPT }, "prog", "/a:/b:/c", "/b/prog"],
  ["a file that cannot be executed is passed over", { "a/prog": "", "b/prog": SCRIPT }, "prog", "/a:/b", "/b/prog"],
  ["a directory is passed over", { "a/prog/x": "", "b/prog": SCRIPT }, "prog", "/a:/b", "/b/prog"],
  ["an empty element is the working directory", { prog: SCRIPT }, "prog", "/a::/b", "./prog"],
  ["an empty search path is the working directory", { prog: SCRIPT }, "prog", "", "./prog"],
  ["an element longer than a path is passed over", { "b/prog": SCRIPT }, "prog", `/${"x".repeat(5000)}:/b`, "/b/prog"],
  ["a name with a slash is not looked up", { "b/prog": SCRIPT }, "b/prog", "/a", "b/prog"],
])("%s", async (_, files, name, searchPath, ran) => {
  await using trial = await makeTrial(files);
  expect(await trial.run([...inRoot(trial.rootfs), { op: "pivotRoot" }, ...execute(name, searchPath)])).toBe(`${ran}\nexit 0\n`);
});

test.if(possible).each<[string, Files, string, string]>([
  ["a name that is nowhere", { "a/prog": "" }, "prog", "ENOENT"],
  ["an empty name", {}, "", "ENOENT"],
  ["a path that is nowhere", {}, "/a/none", "ENOENT"],
  ["a file that cannot be executed", { "a/prog": "" }, "/a/prog", "EACCES"],
  ["a directory", { "a/prog": "" }, "/a", "EISDIR"],
])("%s is refused before the program is waited for", async (_, files, name, errno) => {
  await using trial = await makeTrial(files);
  expect(await trial.run([...inRoot(trial.rootfs), { op: "pivotRoot" }, ...execute(name, "/a")])).toBe(`failed step 5: ${errno}\nexit 1\n`);
});

test.if(possible).each<[string, Files, number, string]>([
  ["the one of passwd", { "etc/passwd": "a:x:1:1::/one:/bin/sh\nuser:x:1000:1::/home/user:/bin/sh" }, 1000, "/home/user"],
  ["/ where passwd has no such user", { "etc/passwd": "a:x:1:1::/one:/bin/sh\n" }, 1000, "/"],
  ["/ where there is no passwd", {}, 1000, "/"],
  ["/ where passwd has an empty one", { "etc/passwd": "a:x:1:1:::/bin/sh\n" }, 1, "/"],
  ["not that of a user whose name is the id", { "etc/passwd": "1000:x:1:1::/wrong:/bin/sh\n" }, 1000, "/"],
  ["not that of an id that only begins alike", { "etc/passwd": "a:x:1000x:1::/wrong:/bin/sh\nb:x:100:1::/wrong:/\n" }, 1000, "/"],
  ["not from lines that are cut short", { "etc/passwd": "a:x:1000:1\n\n:::\nb:x:1000:1::/right:" }, 1000, "/right"],
])("the home directory is %s", async (_, files, uid, home) => {
  await using trial = await makeTrial({ ...files, "bin/show": { text: "#!/bin/sh\necho $HOME", mode: 0o755 } });
  const steps: Attempt[] = [...inRoot(trial.rootfs), { op: "pivotRoot" }, { op: "defaultHome", uid }, ...execute("show", "/bin")];
  expect(await trial.run(steps)).toBe(`${home}\nexit 0\n`);
});

const PROC: readonly Attempt[] = [
  { op: "newFilesystem", slot: 1, type: "proc", source: "proc", options: [], attributes: 0n },
  { op: "attach", slot: 1, target: guestPath("/proc"), guard: 3 },
];
/** What init holds open of the host while it works: procfs, root, a directory in a slot, the null device. */
const HELD: readonly Attempt[] = [{ op: "openCgroup", slot: 5, path: hostPath("/") }];

test.if(possible)("no working directory leads through a descriptor of init's", async () => {
  await using trial = await makeTrial({ "proc/.keep": "" });
  const attempts = Array.from({ length: 120 }, (_, i): Attempt => ["warn", { op: "chdir", path: guestPath(`/proc/self/fd/${i + 3}`) }]);
  const output = await trial.run([...inRoot(trial.rootfs), ...HELD, ...PROC, { op: "pivotRoot" }, ...attempts], { sanitize: false });
  const told = output.split("\n").filter((line) => line.startsWith("warning"));
  expect(told).toHaveLength(attempts.length);
  expect(told.filter((line) => line.endsWith("ELOOP")).length).toBeGreaterThan(3);
  expect(told.filter((line) => !/(ELOOP|ENOENT)$/.test(line))).toEqual([]);
});

test.if(possible)("no program or interpreter is reached through a descriptor of init's", async () => {
  const links = Object.fromEntries(
    Array.from({ length: 120 }, (_, fd) => [
      [`link${fd}`, { link: `/proc/self/fd/${fd}/../../../../../../@OUTSIDE@/program` }],
      [`script${fd}`, { text: `#!/proc/self/fd/${fd}/../../../../../../@OUTSIDE@/program\n`, mode: 0o755 }],
    ]).flat() as [string, Files[string]][],
  );
  await using trial = await makeTrial({ "proc/.keep": "", ...links });
  await writeFile(join(trial.outside, "program"), "#!/bin/sh\necho reached", { mode: 0o755 });
  const attempts = Object.keys(links).flatMap((name): Attempt[] => [
    ["warn", { op: "findExecutable", name: `/${name}`, searchPath: "", magicLinks: true }],
    ["warn", { op: "exec", args: [name], env: [] }],
  ]);
  const output = await trial.run([...inRoot(trial.rootfs), ...HELD, ...PROC, { op: "pivotRoot" }, { op: "letGo" }, ...attempts], {
    sanitize: false,
  });
  expect(output).not.toContain("reached");
  expect(output.match(/ENOENT|ENOTDIR/g)?.length).toBe(120 * 3);
});

test.if(possible)("a passwd file that leads to the host's, or is not a file, gives no home", async () => {
  for (const passwd of [
    { link: "/proc/self/fd/5/../@OUTSIDE@/passwd" },
    { link: "/proc/1/root/@OUTSIDE@/passwd" },
    { link: "/dev/zero" },
  ]) {
    await using trial = await makeTrial({
      "proc/.keep": "",
      "etc/passwd": passwd,
      "bin/show": { text: "#!/bin/sh\necho $HOME", mode: 0o755 },
    });
    await writeFile(join(trial.outside, "passwd"), "a:x:0:0::/of/the/host:/bin/sh\n");
    const steps: Attempt[] = [...inRoot(trial.rootfs), ...HELD, ...PROC, { op: "pivotRoot" }, { op: "defaultHome", uid: 0 }];
    expect(await trial.run([...steps, ...execute("show", "/bin")])).toBe("/\nexit 0\n");
  }
});
