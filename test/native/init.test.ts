/** What native init does with plans: how it goes through the steps, and how it speaks to the host. */
import { expect, test } from "bun:test";
import { requires } from "../support/requires.ts";
import { inRoot, makeTrial, shell } from "./run-plan.ts";

const possible = requires("root", "busybox");
const NEW_PID_AND_UTS = 0x20000000 | 0x04000000;

test.if(possible)("a whole start: child, root, start socket, program, and nothing of the host's open", async () => {
  await using trial = await makeTrial({ "proc/.keep": "" });
  const output = await trial.run(
    [
      { op: "cloneChild", flags: NEW_PID_AND_UTS },
      ...inRoot(trial.rootfs),
      { op: "newFilesystem", slot: 1, type: "proc", source: "proc", options: [], attributes: 0n },
      { op: "attach", slot: 1, target: "/proc" as never, guard: 3 },
      { op: "sync", point: 3 },
      { op: "pivotRoot" },
      { op: "sethostname", name: "trial" },
      { op: "sync", point: 4 },
      { op: "waitStart" },
      { op: "chdir", path: "/" as never, create: false },
      ...shell("echo $$ $(busybox hostname) $PATH; ls /proc/$$/fd; busybox ls /; read -r x < /proc/self/comm; echo $x"),
    ],
    { start: true },
  );
  expect(output.split("\n")).toEqual([
    "pid",
    "sync 3",
    "sync 4",
    "exit 0",
    "started",
    "1 trial /bin",
    "0",
    "1",
    "2",
    "10",
    "bin",
    "proc",
    "sh",
    "exit 0",
    "",
  ]);
});
