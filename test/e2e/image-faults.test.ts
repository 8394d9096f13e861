/**
 * Every single call by which imports, commits and garbage collections change the store: killed on entering it, and failing with the errors
 * of a full and of a broken disk. On an emulated machine that would take hours: there it is one call in as many as that is slower.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { imagesIn } from "../support/store-oracle.ts";
import { openWork, type Work, type WorkName } from "../support/store-work.ts";
import { type Call, failedAt, killedAt, tracedCalls } from "../support/system-calls.ts";
import { SLOWNESS, TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const SCALE = { files: 1, bytes: 100 };
const LANES = 2;
const possible = requires("root", "strace");

/** The problems that one disturbed run leaves. */
type Disturb = (work: Work, call: Call, i: number) => Promise<string[]>;

/** Disturbs the work at each of its calls in turn; every line of the result is a problem. */
async function disturbAll(name: WorkName, disturb: Disturb): Promise<string[]> {
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    await using work = await openWork(name, SCALE);
    await work.reset();
    const calls = await tracedCalls(work.store, (prefix) => work.run(prefix));
    if (calls.length < 10) throw new Error(`strace saw only ${calls.length} calls of ${name}`);
    const problems: string[] = [];
    for (const [i, call] of calls.filter((_, all) => all % (LANES * SLOWNESS) === lane).entries()) {
      await work.reset();
      const found = [...(await disturb(work, call, i)), ...work.problems(), ...(await work.finish())];
      problems.push(...found.map((problem) => `${call.text}: ${problem}`));
    }
    return problems;
  });
  return (await Promise.all(lanes)).flat();
}

/** One call finds the disk full, another finds it broken. The error is one sentence of lamina's; a failure that does not matter is not reported. */
const fail: Disturb = async (work, call, i) => {
  const [errno, reason] = i % 2 === 0 ? ["ENOSPC", "no space left on device"] : ["EIO", "input/output error"];
  const { exitCode, stdout, stderr } = await work.run(failedAt(call, errno));
  const isToldWell = exitCode === 1 && stderr.startsWith("cannot ") && stderr.includes(`: ${reason}\n`);
  const untrue = stdout.split("\n").filter((line) => !isTrue(line, work.store));
  return [
    ...(exitCode === 0 || isToldWell ? [] : [`${errno} ended it with ${exitCode}, and it said: ${stderr}`]),
    ...untrue.map((line) => `${errno} ended it with ${exitCode}, and it said: ${line}`),
  ];
};

/** A line in which `gc` reports what was removed, or another command what was made. */
function isTrue(line: string, store: string): boolean {
  const [, kind, hex = ""] = /^(blob|layer) sha256:([0-9a-f]{64}) /.exec(line) ?? [];
  if (kind !== undefined) return !existsSync(join(store, kind === "blob" ? "blobs/sha256" : "layers/sha256", hex));
  const [, name = "", digest] = /^(\S+): (sha256:[0-9a-f]{64}),/.exec(line) ?? [];
  return line === "" || imagesIn(store)[name] === digest;
}

const kill: Disturb = async (work, call) => {
  const { exitCode } = await work.run(killedAt(call));
  return exitCode === 137 ? [] : [`it was not killed, but ended with ${exitCode}`];
};

for (const name of ["first import", "import layout", "commit", "gc"] as const) {
  test.if(possible)(
    `${name}, killed before each call that changes the store: nothing is lost or half, and the next run cleans up`,
    async () => {
      expect(await disturbAll(name, kill)).toEqual([]);
    },
  );
}

for (const name of ["first import", "commit", "gc"] as const) {
  test.if(possible)(`${name} on a full or broken disk, whichever call hits it: a clear error, and nothing lost or half-made`, async () => {
    expect(await disturbAll(name, fail)).toEqual([]);
  });
}
