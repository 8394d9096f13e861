/** Loading a filter: it holds for the program, whatever it says of init; and its listener goes to the host. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { InitStep } from "../../src/plan/steps/step.ts";
import { SYS } from "../../src/sys/call/numbers.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { type Attempt, inRoot, makeTrial, shell } from "./run-plan.ts";

setDefaultTimeout(TEST_TIMEOUT); // the first test builds init

const possible = requires("root", "busybox", "seccomp");
const [ERRNO, ALLOW, NOTIFY] = [0x00050000, 0x7fff0000, 0x7fc00000];
const EPERM = 1;
const NEW_LISTENER = 8;
const NEW_PID = 0x20000000; // CLONE_NEWPID
const SYNC_THREADS = 1; // SECCOMP_FILTER_FLAG_TSYNC, which takes a third flag beside a listener
/** See host.c. */
const AFTER_LISTENER = 99;

/** One instruction: code, jumps, constant. */
function instruction(code: number, k: number, then = 0, otherwise = 0): number[] {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setUint16(0, code, true);
  bytes.setUint8(2, then);
  bytes.setUint8(3, otherwise);
  bytes.setUint32(4, k, true);
  return [...new Uint8Array(bytes.buffer)];
}

/** Answers `answer` for the calls, and allows all others. */
function filter(answer: number, calls: readonly number[]): Uint8Array {
  const jumps = calls.flatMap((call, i) => instruction(0x15, call, calls.length - i));
  return Uint8Array.from([...instruction(0x20, 0), ...jumps, ...instruction(0x06, ALLOW), ...instruction(0x06, answer)]);
}

const MKDIR = process.arch === "arm64" ? [SYS.mkdirat] : [83, SYS.mkdirat];
const load = (program: Uint8Array, flags = 0, byThread = flags >= NEW_LISTENER): InitStep => ({
  op: "loadFilter",
  flags,
  byThread,
  program,
});

async function run(...steps: readonly Attempt[]): Promise<string> {
  await using trial = await makeTrial();
  return await trial.run([...inRoot(trial.rootfs), { op: "pivotRoot" }, ...steps, ...shell("busybox mkdir /d 2>/err; echo $?")]);
}

test.if(possible)("without a filter the program makes a directory", async () => {
  expect(await run()).toBe("0\nexit 0\n");
});

test.if(possible).each([
  ["without flags, by prctl(2)", 0],
  ["with flags, by seccomp(2)", 4],
])("with a filter it does not: loaded %s", async (_, flags) => {
  expect(await run(load(filter(ERRNO + EPERM, MKDIR), flags))).toBe("1\nexit 0\n");
});

test.if(possible)("a program that the kernel refuses is an error of the step", async () => {
  expect(await run(load(Uint8Array.from(instruction(0xff, 0))))).toBe("failed step 5: EINVAL\nexit 1\n");
  expect(await run(load(filter(ALLOW, []), 0x8000))).toBe("failed step 5: EINVAL\nexit 1\n");
});

test.if(possible).each([
  ["an empty one", new Uint8Array(0)],
  ["one that ends in the middle of an instruction", filter(ALLOW, []).subarray(0, 12)],
  ["one with more instructions than the kernel takes", new Uint8Array(8 * 4097)],
])("a program that no plan has is a damaged plan: %s", async (_, program) => {
  expect(await run(load(program))).toBe("failed step 5: EBADMSG\nexit 1\n");
});

test.if(possible)("the host gets the listener before the program begins, even if the filter asks about sendmsg(2)", async () => {
  const sync: InitStep = { op: "sync", point: AFTER_LISTENER };
  const said = await run(load(filter(NOTIFY, [SYS.sendmsg]), NEW_LISTENER), sync);
  expect(said.split("\n").sort()).toEqual(["", "0", "exit 0", "listener of step 5", `sync ${AFTER_LISTENER}`]);
});

test.if(possible)("init sends the listener itself where it can have no thread: its children are in another pid namespace", async () => {
  const steps = (byThread: boolean): Attempt[] => [{ op: "unshare", flags: NEW_PID }, load(filter(NOTIFY, MKDIR), NEW_LISTENER, byThread)];
  expect(await run(...steps(true))).toMatch(/^failed step 6: E(AGAIN|INVAL)\nexit 1\n$/); // one C library says this, another that
  await using trial = await makeTrial();
  const said = await trial.run([...inRoot(trial.rootfs), { op: "pivotRoot" }, ...steps(false), ...shell("echo here")]);
  expect(said.split("\n").sort()).toEqual(["", "exit 0", "here", "listener of step 6"]);
});

test.if(possible)("what the filter says of sendmsg(2) holds for init itself", async () => {
  expect(await run(load(filter(ERRNO + EPERM, [SYS.sendmsg]), NEW_LISTENER, false))).toBe("failed step 5: EPERM\nexit 1\n");
});

test.if(possible)("a listener that the kernel does not make is an error of the step", async () => {
  expect(await run(load(filter(NOTIFY, []), NEW_LISTENER | SYNC_THREADS))).toBe("failed step 5: EINVAL\nexit 1\n");
});
