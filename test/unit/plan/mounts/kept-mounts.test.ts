/** Which mounts init keeps open for later paths. */
import { expect, test } from "bun:test";
import { guestPath } from "../../../../src/base/paths.ts";
import { keepMounts } from "../../../../src/plan/mounts/kept-mounts.ts";
import type { InitStep, Planned } from "../../../../src/plan/steps/step.ts";

function attach(target: string): InitStep {
  return { op: "attach", slot: 15, target: guestPath(target), guard: 0 };
}

function kept(...steps: InitStep[]): string[] {
  const plan: Planned<InitStep>[] = steps.map((step) => ({ step, origin: "" }));
  return keepMounts(plan).flatMap(({ step }) => (step.op === "attach" && step.keep ? [step.target] : []));
}

const MASK = { null: 10, directory: 11 } as const;

test.each<[string, InitStep[], string[]]>([
  ["a mask below it", [attach("/proc"), { op: "maskPath", path: guestPath("/proc/kcore"), ...MASK }], ["/proc"]],
  ["a mask of it as a whole", [attach("/sys"), { op: "maskPath", path: guestPath("/sys"), ...MASK }], ["/sys"]],
  ["a mount below it", [attach("/dev"), attach("/dev/pts")], ["/dev"]],
  [
    "a remount of it",
    [attach("/dev"), { op: "remount", target: guestPath("/dev"), options: [], set: 1n, clear: 0n, superblock: false }],
    ["/dev"],
  ],
  [
    "the terminal",
    [attach("/dev"), attach("/dev/pts"), { op: "openConsole", height: 0, width: 0, uid: 0, mount: true }],
    ["/dev", "/dev/pts"],
  ],
  ["nothing", [attach("/data"), attach("/database")], []],
  ["what came before it", [{ op: "maskPath", path: guestPath("/proc/kcore"), ...MASK }, attach("/proc")], []],
  ["the root, which is open anyway", [attach("/"), attach("/proc")], []],
])("a mount is kept for %s", (_, steps, expected) => {
  expect(kept(...steps)).toEqual(expected);
});
