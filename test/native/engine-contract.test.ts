/** The host keeps the contract of src/engine/host.ts, with a plain start, under the sanitizers, and as built to ship. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { buildEngineProgram, buildOddLibrary, type EngineProgram, runProgram } from "../support/engine.ts";
import { EVERY_CASE } from "../unit/engine/contract/every-case.ts";
import type { Outcome } from "../unit/engine/contract/main.ts";
import { hostOnlyCases, oddLibraryCases } from "../unit/engine/contract/odd-library.ts";

setDefaultTimeout(300_000);

const ENTRY = join(import.meta.dirname, "../unit/engine/contract/main.ts");

const library = await buildOddLibrary();
const titles = [...EVERY_CASE, ...oddLibraryCases(library), ...hostOnlyCases(library)].map(({ title }) => title);

describe.each([
  ["the host", {}],
  ["the host under the sanitizers", { sanitize: true }],
  ["the host with its modules loaded when it was built", { snapshot: true }],
])("%s", (_, kind) => {
  const outcomes = runContract(kind);

  test.each(titles)("%s", async (title) => {
    expect(await outcomes).toContainEqual({ title });
  });

  test("runs nothing else", async () => {
    expect((await outcomes).map(({ title }) => title)).toEqual(titles);
  });
});

async function runContract(kind: Pick<EngineProgram, "sanitize" | "snapshot">): Promise<Outcome[]> {
  const program = await buildEngineProgram({ name: "contract", entry: ENTRY, ...kind });
  const { status, stdout, stderr } = await runProgram([program, library], { PATH: process.env.PATH ?? "" });
  if (status !== 0 || stderr !== "") throw new Error(`status ${status}\n${stdout}\n${stderr}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Outcome);
}
