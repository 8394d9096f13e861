/** Descriptors that native init is given: it does nothing unless each is of its kind. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { buildInit } from "../../scripts/build-native.ts";
import { encodePlan } from "../../src/plan/steps/encode.ts";
import { GIVEN, MESSAGE } from "../../src/plan/steps/wire.ts";
import { ERRNO } from "../../src/sys/call/errno.ts";
import type { Fd } from "../../src/sys/call/fd.ts";
import { receiveWith, socketPair } from "../../src/sys/process/socket.ts";
import { tempDir } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

type Name = keyof typeof GIVEN;
const COUNT = Object.keys(GIVEN).length;

/** What init says when it gets `files`, by place, and is told of those in `told`; undefined = nothing until its end. */
async function said(files: Partial<Record<Name, number>>, told: readonly Name[]): Promise<readonly number[] | undefined> {
  await using directory = await tempDir();
  await Bun.write(join(directory.path, "plan"), encodePlan([{ origin: "", step: { op: "umask", mask: 0 } }]));
  const plan = openSync(join(directory.path, "plan"), "r");
  const [ours, theirs] = socketPair();
  using _ours = ours;
  const all: Partial<Record<Name, number>> = { plan, host: theirs.number, ...files };
  const names = Object.keys(GIVEN) as Name[];
  const stdio = names.map((name) => all[name] ?? ("ignore" as const));
  const bits = told.reduce((sum, name) => sum | (1 << GIVEN[name]), 0);
  const child = Bun.spawn([await buildInit({ sanitize: false }), "3", String(bits)], { stdio: ["ignore", "ignore", "ignore", ...stdio] });
  await child.exited;
  theirs.close();
  closeSync(plan);
  return wordsOf(ours);
}

function wordsOf(socket: Fd): readonly number[] | undefined {
  const { data } = receiveWith(socket, 12, "hear from init");
  return data.length === 0 ? undefined : [...new Uint32Array(data.slice().buffer)];
}

const REFUSED = [MESSAGE.failed, 0, ERRNO.EBADMSG];

test("with the plan and the socket it does its steps, whatever else is open", async () => {
  expect(COUNT).toBe(10);
  expect(await said({}, ["plan", "host"])).toBeUndefined();
});

for (const name of ["start", "console", "stateDirectory", "otherDirectory", "signOfLife", "container", "containerRoot", "times"] as const) {
  test(`it refuses what is no ${name}, and leaves alone what it was not told of`, async () => {
    const wrong = openSync("/dev/zero", "r");
    expect(await said({ [name]: wrong }, ["plan", "host", name])).toEqual(REFUSED);
    expect(await said({ [name]: wrong }, ["plan", "host"])).toBeUndefined();
    closeSync(wrong);
  });
}

test("it refuses to be without a plan, and more descriptors than there are names", async () => {
  expect(await said({}, ["host"])).toEqual(REFUSED);
  expect(await said({}, ["plan"])).toEqual(REFUSED);
});
