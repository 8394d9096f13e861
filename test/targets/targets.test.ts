/** lamina built for another C library, and for another processor, whose programs qemu runs: `npm run test:targets`. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { build, buildFor } from "../../scripts/build.ts";
import { findTarget, TARGET_NAMES } from "../../scripts/targets.ts";
import { CONTRACT, NOT_EMULATED, runContract } from "../support/engine-contract.ts";
import { fuzzPlan, PLAN } from "../support/plan-fuzzer.ts";
import { requires } from "../support/requires.ts";
import { type Outcome, spawn } from "../support/spawn.ts";
import { tempDir } from "../support/temp-dir.ts";

setDefaultTimeout(600_000);

describe.if(requires("targets")).each(TARGET_NAMES)("%s", (name) => {
  test.each([
    ["a plain start", {}],
    ["modules loaded when it was built", { snapshot: true }],
  ])("the host keeps its contract, with %s", async (_, kind) => {
    const target = await findTarget(name);
    const possible = CONTRACT.filter((title) => target.runner === undefined || !NOT_EMULATED.includes(title));
    expect(await runContract({ ...kind, target })).toEqual(possible.map((title) => ({ title })));
  });

  test("lamina says what it says on this machine", async () => {
    await using work = await tempDir({ bundle: { directory: true } });
    const { runner = [] } = await findTarget(name);
    const [there, here] = [[...runner, await buildFor(name, join(work.path, "lamina"))], [await build(join(work.path, "here/lamina"))]];
    const bundle = join(work.path, "bundle");
    await mkdir(join(bundle, "rootfs/bin"), { recursive: true });
    await cp("/bin/true", join(bundle, "rootfs/bin/sh"));
    const call = async (program: readonly string[], ...words: string[]): Promise<Outcome> =>
      (await spawn(work.path, [...program, ...words])).ended;
    expect(await call(there, "spec", "--bundle", bundle)).toMatchObject({ exitCode: 0, stderr: "" });
    const explain = ["explain", "--bundle", bundle, "one"]; // depends on what the kernel can, and an emulator can less
    const commands = [["--version"], ["--help"], ["check", bundle], ["state", "none"], ...(runner.length === 0 ? [explain] : [])];
    for (const words of commands) expect([words, await call(there, ...words)]).toEqual([words, await call(here, ...words)]);
  });
});

/** Debian's musl has no sanitizers, and init is always built with musl on x86_64. */
describe.if(requires("targets"))("aarch64 under the sanitizers", () => {
  test.each([
    ["a plan cut short anywhere is refused", ["truncations"], `${PLAN.length} of ${PLAN.length} refused\n`],
    ["a mutated plan troubles nothing", ["mutations", "1", "20000"], "20000 mutations, some refused\n"],
  ])("%s", async (_, words, stdout) => {
    expect(await fuzzPlan(words, await findTarget("aarch64"))).toMatchObject({ status: 0, stdout });
  });
});
