/**
 * `npm run test:targets [FILE…]`: lamina built for musl and for aarch64. The engine keeps its contract on both, and whatever init is told on aarch64
 * troubles no sanitizer; with musl, lamina does all it can in a root where nothing else is, and is the runtime of the tests below test/e2e/ and
 * test/security/, or of those that are given. Their own tools stay those of this machine.
 */
import { RuntimeError } from "../src/base/errors.ts";
import { MOUNT_OVERLAY } from "../test/support/mount-overlay.ts";
import { buildFor } from "./build.ts";
import { requireCompiler } from "./check.ts";
import { muslLibraries } from "./musl-libraries.ts";
import { obtain } from "./requirements.ts";
import { runScript } from "./run-script.ts";
import { addTotals, describeTotals } from "./test-report.ts";
import { findTests, runTests } from "./test-run.ts";

/** Where musl looks for libraries on Debian. */
const SEARCHED = "/usr/lib/x86_64-linux-musl";

await runScript("test:targets", async () => {
  requireCompiler();
  const [missing] = obtain(["muslLibraries"]);
  if (missing !== undefined) throw new RuntimeError("unsupported", missing);
  const given = process.argv.slice(2);
  process.env.LAMINA_TARGETS = "all";
  const alone = given.length === 0 ? [await runTests(await findTests(["targets/*.test.ts"]))] : [];
  process.env.LAMINA = await buildFor("musl");
  process.env.LAMINA_LIBC = "musl";
  const files = given.length === 0 ? await findTests(["e2e/*.test.ts", "security/*.test.ts"]) : given;
  const totals = addTotals([...alone, await runTests(files, { prefix: withLibraries(await muslLibraries()) })]);
  console.log(describeTotals(totals));
  return totals.failed === 0 ? 0 : 1;
});

/** Words that precede a command, which then finds the libraries of a directory among musl's. */
function withLibraries(directory: string): string[] {
  const script = `${MOUNT_OVERLAY} "lowerdir=$0:${SEARCHED}" overlay ${SEARCHED}\nexec "$@"`;
  return ["unshare", "--mount", "--propagation", "private", "sh", "-ec", script, directory];
}
