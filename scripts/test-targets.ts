/**
 * `npm run test:targets`: lamina built for musl and for aarch64. The engine keeps its contract on both; with musl, containers run as
 * well, all but those from images, which need libraries that are built for musl.
 */
import { buildFor } from "./build.ts";
import { requireCompiler } from "./check.ts";
import { runScript } from "./run-script.ts";
import { addTotals, describeTotals } from "./test-report.ts";
import { findTests, runTests } from "./test-run.ts";

const CONTAINER_TESTS = ["conformance", "differential", "exec", "exec-forms", "foreground", "lifecycle", "stdio", "hooks"];

await runScript("test:targets", async () => {
  requireCompiler();
  process.env.LAMINA_TARGETS = "all";
  const contract = await runTests(await findTests(["targets/*.test.ts"]));
  process.env.LAMINA = await buildFor("musl");
  const totals = addTotals([contract, await runTests(await findTests(CONTAINER_TESTS.map((name) => `e2e/${name}.test.ts`)))]);
  console.log(describeTotals(totals));
  return totals.failed === 0 ? 0 : 1;
});
