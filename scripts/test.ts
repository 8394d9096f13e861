/**
 * `npm test`: everything in `npm run check`, then the built executable end to end, as the caller and, if that is root, also
 * without privileges. The last line is "N passed, N failed, N skipped".
 */
import { RuntimeError } from "../src/base/errors.ts";
import { build } from "./build.ts";
import { check, QUICK_TESTS, requireCompiler } from "./check.ts";
import { ALL_REQUIREMENTS, obtain } from "./requirements.ts";
import { runScript } from "./run-script.ts";
import { addTotals, describeTotals, NOTHING, type Totals } from "./test-report.ts";
import { findTests, runTests } from "./test-run.ts";
import { findUser } from "./throwaway-user.ts";

/** Tests of running without privileges. */
const ROOTLESS_TESTS = ["e2e/rootless*.test.ts"];

await runScript("test", async () => {
  requireCompiler();
  for (const missing of obtain(ALL_REQUIREMENTS)) console.error(missing);
  const totals = addTotals([await check(), await testExecutable()]);
  console.log(describeTotals(totals));
  return totals.failed === 0 ? 0 : 1;
});

async function testExecutable(): Promise<Totals> {
  const executable = process.env.LAMINA ?? (await tryBuild());
  if (typeof executable !== "string") return executable;
  console.error(`testing ${executable}`);
  const quick = new Set(await findTests(QUICK_TESTS));
  const rootless = await findTests(ROOTLESS_TESTS);
  const others = (await findTests(["**/*.test.ts"])).filter((file) => !quick.has(file) && !rootless.includes(file));
  if (process.geteuid?.() !== 0) return runTests([...others, ...rootless]);
  return addTotals([await runTests(others), await runAsUser(rootless, executable)]);
}

async function tryBuild(): Promise<string | Totals> {
  try {
    return await build();
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    console.error(error.message);
    return { ...NOTHING, failed: 1, problems: ["the build failed: end-to-end tests did not run"] };
  }
}

async function runAsUser(files: readonly string[], executable: string): Promise<Totals> {
  if (files.length === 0) return NOTHING;
  const user = findUser(executable);
  if (typeof user !== "string") return runTests(files, { user });
  return { ...NOTHING, skipped: files.length, skipReasons: new Map([[user, files.length]]) };
}
