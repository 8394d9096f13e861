/** Damaged plans: the interpreter refuses truncated ones, and never reads or writes out of bounds. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { buildNative, initFiles, nativeOutput } from "../../scripts/build-native.ts";
import { encodePlan } from "../../src/plan/steps/encode.ts";
import { tempDir } from "../support/temp-dir.ts";
import { EVERY_STEP } from "./every-step.ts";

setDefaultTimeout(120_000);

const FUZZ = join(import.meta.dirname, "fuzz.c");
const CALLS = join(import.meta.dirname, "pretended-calls.h");
const MUTATIONS = 20_000;

/** Allowed imports: what the fuzzer itself needs, and nothing that asks the kernel for more than memory and output. */
const HARMLESS =
  /^(__(asan|ubsan|sanitizer_internal|cxa|gmon|libc|errno|stack|isoc\d*)_.*|_ITM_.*|_?setjmp|(__)?longjmp(_chk)?|atoi|calloc|fopen|fread|free|getauxval|getpid|gnu_dev_makedev|malloc|mem(chr|cpy|move|set)|printf|puts|realloc|sigemptyset|str(chr|cmp|cspn|len|ncmp|rchr|sep|spn|str|tol|toul|toull))(@.*)?$/;

const REPLACED = [...(await Bun.file(CALLS).text()).matchAll(/(?:PRETEND\(|END\(|__wrap_)([a-z_0-9]+)/g)].map(([, name = ""]) => name);

test("no call of native init reaches the kernel in the fuzzer", async () => {
  const imports = await importsOf(await buildFuzzer());
  expect(imports.length).toBeGreaterThan(20);
  expect(imports.filter((name) => !HARMLESS.test(name))).toEqual([]);
});

test("a plan cut short anywhere is refused as damaged, and the whole one is not", async () => {
  const plan = encodePlan(EVERY_STEP);
  expect(await fuzz(plan, "truncations")).toEqual({ status: 0, stdout: `${plan.length} of ${plan.length} refused\n`, stderr: "" });
});

test.each([1, 2, 3])("mutations with seed %d trouble no sanitizer", async (seed) => {
  const result = await fuzz(encodePlan(EVERY_STEP), "mutations", String(seed), String(MUTATIONS));
  expect(result).toEqual({ status: 0, stdout: `${MUTATIONS} mutations, some refused\n`, stderr: "" });
});

async function fuzz(plan: Uint8Array, mode: string, ...rest: string[]) {
  const program = await buildFuzzer();
  const real = (await importsOf(program)).filter((name) => !HARMLESS.test(name));
  if (real.length > 0) throw new Error(`fuzzing would really call ${real.join(", ")}`);
  await using directory = await tempDir();
  const file = join(directory.path, "plan");
  await Bun.write(file, plan);
  const run = Bun.spawn([program, mode, file, ...rest], { env: { ASAN_OPTIONS: "detect_leaks=0" }, stdout: "pipe", stderr: "pipe" });
  return { status: await run.exited, stdout: await new Response(run.stdout).text(), stderr: await new Response(run.stderr).text() };
}

async function buildFuzzer(): Promise<string> {
  const { sources, included } = await initFiles();
  const isMain = (path: string): boolean => path.endsWith("/init.c"); // fuzz.c includes it
  return buildNative({
    out: nativeOutput("fuzz"),
    sources: [FUZZ, ...sources.filter((path) => !isMain(path))],
    included: [...included, CALLS, ...sources.filter(isMain)],
    sanitize: true,
    options: REPLACED.map((name) => `-Wl,--wrap=${name}`),
  });
}

/** The functions that a program imports from its libraries. */
async function importsOf(program: string): Promise<string[]> {
  const symbols = await new Response(Bun.spawn(["nm", "--dynamic", "--undefined-only", program]).stdout).text();
  return [...symbols.matchAll(/ [Uw] (\S+)/g)].map(([, name = ""]) => name);
}
