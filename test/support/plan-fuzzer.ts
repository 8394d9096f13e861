/** test/native/fuzz.c: native init's interpreter with no way to the kernel, fed with damaged plans under sanitizers. */
import { join } from "node:path";
import type { Target } from "../../scripts/build-engine.ts";
import { buildNative, initFiles, nativeOutput } from "../../scripts/build-native.ts";
import { encodePlan } from "../../src/plan/steps/encode.ts";
import { EVERY_STEP } from "../native/every-step.ts";
import { type Finished, runProgram } from "./engine.ts";
import { tempDir } from "./temp-dir.ts";

const NATIVE = join(import.meta.dirname, "../native");
const FUZZ = join(NATIVE, "fuzz.c");
const CALLS = join(NATIVE, "pretended-calls.h");

/** Allowed imports: what the fuzzer itself needs, and nothing that asks the kernel for more than memory and output. */
const HARMLESS =
  /^(__(asan|ubsan|sanitizer_internal|cxa|gmon|libc|errno|stack|isoc\d*)_.*|_ITM_.*|_?setjmp|(__)?longjmp(_chk)?|abort|atoi|calloc|fopen|fread|free|getauxval|getpid|gnu_dev_makedev|malloc|mem(chr|cpy|move|set)|printf|puts|realloc|sigemptyset|str(chr|cmp|cspn|len|ncmp|rchr|sep|spn|str|tol|toul|toull))(@.*)?$/;

const REPLACED = [...(await Bun.file(CALLS).text()).matchAll(/(?:PRETEND\(|END\(|__wrap_)([a-z_0-9]+)/g)].map(([, name = ""]) => name);

/** A plan with every step. */
export const PLAN = encodePlan(EVERY_STEP);

/** Runs the fuzzer in one of its modes on the plan. */
export async function fuzzPlan(words: readonly string[], target?: Target): Promise<Finished> {
  const program = await buildFuzzer(target);
  const { dangerous } = await importsOf(program);
  if (dangerous.length > 0) throw new Error(`fuzzing would really call ${dangerous.join(", ")}`);
  await using directory = await tempDir();
  const file = join(directory.path, "plan");
  await Bun.write(file, PLAN);
  const [mode = "", ...rest] = words;
  return await runProgram([...(target?.runner ?? []), program, mode, file, ...rest]);
}

export async function buildFuzzer(target?: Target): Promise<string> {
  const { sources, included } = await initFiles();
  const isMain = (path: string): boolean => path.endsWith("/init.c"); // fuzz.c includes it
  return buildNative({
    out: nativeOutput(target === undefined ? "fuzz" : `fuzz-${target.name}`),
    sources: [FUZZ, ...sources.filter((path) => !isMain(path))],
    included: [...included, CALLS, ...sources.filter(isMain)],
    sanitize: true,
    options: REPLACED.map((name) => `-Wl,--wrap=${name}`),
    ...(target !== undefined && { compiler: target.compiler }),
  });
}

/** The functions that a program imports from its libraries. */
export async function importsOf(program: string): Promise<{ readonly all: readonly string[]; readonly dangerous: readonly string[] }> {
  const symbols = await new Response(Bun.spawn(["nm", "--dynamic", "--undefined-only", program]).stdout).text();
  const all = [...symbols.matchAll(/ [Uw] (\S+)/g)].map(([, name = ""]) => name);
  return { all, dangerous: all.filter((name) => !HARMLESS.test(name)) };
}
