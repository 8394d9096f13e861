/** The engine of unit tests and scripts keeps the contract of src/engine/host.ts. The one that ships: test/native/engine-contract.test.ts. */
import { describe, expect, test } from "bun:test";
import type { Host } from "../../../src/engine/host.ts";
import * as onBun from "../../../src/engine/on-bun/host.ts";
import { buildOddLibrary } from "../../support/engine.ts";
import { EVERY_CASE } from "./contract/every-case.ts";
import { oddLibraryCases } from "./contract/odd-library.ts";

const CASES = [...EVERY_CASE, ...oddLibraryCases(await buildOddLibrary())];

describe("on Bun", () => {
  test.each(CASES)("$title", async ({ run }) => {
    await run();
  });

  test("the engine offers what the host offers, and no more", async () => {
    onBun satisfies Host;
    const native = await Bun.file("src/engine/native.ts").text();
    expect(Object.keys(onBun).sort()).toEqual([...native.matchAll(/^ {2}(\w+),$/gm)].map(([, name = ""]) => name).sort());
  });
});
