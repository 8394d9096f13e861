/** The host keeps the contract of src/engine/host.ts, with a plain start, under the sanitizers, and as built to ship. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { CONTRACT, runContract } from "../support/engine-contract.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

describe.each([
  ["the host", {}],
  ["the host under the sanitizers", { sanitize: true }],
  ["the host with its modules loaded when it was built", { snapshot: true }],
])("%s", (_, kind) => {
  const outcomes = runContract(kind);

  test.each(CONTRACT)("%s", async (title) => {
    expect(await outcomes).toContainEqual({ title });
  });

  test("runs nothing else", async () => {
    expect((await outcomes).map(({ title }) => title)).toEqual([...CONTRACT]);
  });
});
