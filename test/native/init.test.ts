/** How native init executes a plan, and how it talks to the host. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { guestPath, hostPath } from "../../src/base/paths.ts";
import { GUARD, type InitStep } from "../../src/plan/steps/step.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { inRoot, makeTrial, shell } from "./run-plan.ts";

setDefaultTimeout(TEST_TIMEOUT); // the first test builds init

const possible = requires("root", "busybox");
const NEW_PID_AND_UTS = 0x20000000 | 0x04000000;
const WORKS: InitStep = { op: "umask", mask: 0o22 };
const FAILS: InitStep = { op: "chdir", path: guestPath("/nowhere") };

test.if(possible).each([false, true])("a whole start leaves nothing of the host's open (sanitized: %p)", async (sanitize) => {
  await using trial = await makeTrial({ "proc/.keep": "" });
  const output = await trial.run(
    [
      { op: "cloneChild", flags: NEW_PID_AND_UTS },
      ...inRoot(trial.rootfs),
      { op: "newFilesystem", slot: 1, type: "proc", source: "proc", options: [], attributes: 0n },
      { op: "attach", slot: 1, target: guestPath("/proc"), guard: GUARD.noSymlinks | GUARD.allowProc },
      { op: "sync", point: 3 },
      { op: "pivotRoot" },
      { op: "sethostname", name: "trial" },
      { op: "sync", point: 4 },
      { op: "waitStart" },
      { op: "chdir", path: guestPath("/") },
      ...shell("echo $$ $(busybox hostname) $PATH; busybox readlink /proc/$$/cwd; busybox ls /; ls /proc/$$/fd | busybox head -n 3; cat"),
    ],
    { start: true, sanitize },
  );
  const lines = output.split("\n");
  lines.splice(lines.indexOf("exit 0"), 1); // of the first stage, at some time after "pid"
  const started = lines.indexOf("started"); // printed by the host, possibly after the program's output
  expect(started).toBeGreaterThan(lines.indexOf("sync 4"));
  lines.splice(started, 1);
  expect(lines).toEqual(["pid", "sync 3", "sync 4", "1 trial /bin", "/", "bin", "proc", "0", "1", "2", "exit 0", ""]);
});

test.if(possible).each<[string, Parameters<Awaited<ReturnType<typeof makeTrial>>["run"]>[0], string]>([
  [
    "a failing step ends the plan and says its index and errno",
    [WORKS, FAILS, { op: "sync", point: 4 }],
    "failed step 1: ENOENT\nexit 1\n",
  ],
  [
    "a failure to warn of is told, and the plan goes on",
    [["warn", FAILS], { op: "sync", point: 4 }],
    "warning step 0: ENOENT\nsync 4\nexit 0\n",
  ],
  ["a failure to ignore is not told", [["ignore", FAILS], { op: "sync", point: 4 }], "sync 4\nexit 0\n"],
  [
    "an alternative is tried when the better one fails",
    [["else", FAILS], { op: "sync", point: 1 }, { op: "sync", point: 4 }],
    "sync 1\nsync 4\nexit 0\n",
  ],
  [
    "an alternative is left out when the better one works",
    [["else", WORKS], { op: "sync", point: 1 }, { op: "sync", point: 4 }],
    "sync 4\nexit 0\n",
  ],
  [
    "of three alternatives the first that works is the only one",
    [["else", WORKS], ["else", { op: "sync", point: 1 }], { op: "sync", point: 2 }],
    "exit 0\n",
  ],
  [
    "an empty slot is a failure like any other",
    [{ op: "attach", slot: 3, target: guestPath("/"), guard: 0 }],
    "failed step 0: EBADF\nexit 1\n",
  ],
  [
    "a slot beyond the last is a damaged plan, whatever is to be ignored",
    [["ignore", { op: "openTree", slot: 4096, source: hostPath("/"), recursive: false }]],
    "failed step 0: EBADMSG\nexit 1\n",
  ],
])("%s", async (_, steps, output) => {
  await using trial = await makeTrial();
  expect(await trial.run(steps)).toBe(output);
});

test.if(possible)("streams that the caller has closed are a null device, and nothing that init opens", async () => {
  await using trial = await makeTrial({ "proc/.keep": "", list: "" });
  const script = "(for fd in 0 1 2; do busybox readlink /proc/$$/fd/$fd; done; busybox ls /proc/$$/fd) >/list; true";
  const steps: InitStep[] = [
    ...inRoot(trial.rootfs),
    { op: "openCgroup", slot: 5, path: hostPath("/") },
    { op: "newFilesystem", slot: 1, type: "proc", source: "proc", options: [], attributes: 0n },
    { op: "attach", slot: 1, target: guestPath("/proc"), guard: GUARD.noSymlinks | GUARD.allowProc, keep: true },
    { op: "pivotRoot" },
    { op: "letGo" },
    ...shell(script),
  ];
  expect(await trial.run(steps, { closed: true, sanitize: false })).toBe("exit 0\n");
  const lines = (await Bun.file(`${trial.rootfs}/list`).text()).split("\n");
  expect(lines).toEqual(["/dev/null", "/dev/null", "/dev/null", "0", "1", "2", ""]);
});
