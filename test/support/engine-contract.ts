/** The contract of src/engine/host.ts inside the host. */
import { join } from "node:path";
import { EVERY_CASE } from "../unit/engine/contract/every-case.ts";
import type { Outcome } from "../unit/engine/contract/main.ts";
import { hostOnlyCases, oddLibraryCases } from "../unit/engine/contract/odd-library.ts";
import { buildEngineProgram, buildOddLibrary, type EngineProgram, runProgram } from "./engine.ts";

const ENTRY = join(import.meta.dirname, "../unit/engine/contract/main.ts");

/** Of every case, in their order. */
export const CONTRACT: readonly string[] = [...EVERY_CASE, ...oddLibraryCases(""), ...hostOnlyCases("")].map(({ title }) => title);

/** What qemu does not emulate: process_vm_readv(2), and a vfork(2) that shares memory and suspends the parent. */
export const NOT_EMULATED: readonly string[] = [
  "an unmapped address is refused",
  "a missing program, or a directory, gives the errno of the reason",
  "a child leads its own process group if asked, and otherwise stays in ours",
];

export async function runContract(kind: Pick<EngineProgram, "sanitize" | "snapshot" | "target">): Promise<Outcome[]> {
  const [program, library] = [await buildEngineProgram({ name: "contract", entry: ENTRY, ...kind }), await buildOddLibrary(kind.target)];
  const command = [...(kind.target?.runner ?? []), program, library, ...(kind.target?.runner === undefined ? [] : NOT_EMULATED)];
  const { status, stdout, stderr } = await runProgram(command, { PATH: process.env.PATH ?? "" });
  const isClean = stderr === "" || kind.target?.runner !== undefined; // an emulator has remarks of its own
  if (status !== 0 || !isClean) throw new Error(`status ${status}\n${stdout}\n${stderr}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Outcome);
}
