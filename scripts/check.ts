/** `npm run check`: format, lint, types, generated files, and the tests that need neither privileges nor a built lamina. Writes nothing. */
import { RuntimeError } from "../src/base/errors.ts";
import { buildEngineObjects } from "./build-engine.ts";
import { buildInit } from "./build-native.ts";
import { obtain } from "./requirements.ts";
import { runScript } from "./run-script.ts";
import { addTotals, describeTotals, NOTHING, type Totals } from "./test-report.ts";
import { findTests, ROOT, runTests } from "./test-run.ts";

/** Tests of `npm run check`; all others are end-to-end tests. */
export const QUICK_TESTS = ["*.test.ts", "unit/**/*.test.ts", "plan/**/*.test.ts", "native/**/*.test.ts"];

/** Everything but documentation. */
const FORMATTED = ["src", "test", "scripts", "bench", "schemas", "package.json", "tsconfig.json", "biome.json"];

const STATIC_CHECKS: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: "format and lint", command: ["biome", "check", "--error-on-warnings", ...FORMATTED] },
  { name: "types", command: ["tsc", "-p", "."] },
  { name: "types without a platform", command: ["tsc", "-p", "src"] }, // what ships knows no global and module of Bun's or Node's
  { name: "generated files", command: ["bun", "scripts/generate.ts", "--check"] },
];

export async function check(): Promise<Totals> {
  await Promise.all([buildInit(), buildInit({ sanitize: true })]); // here once, like the engine's objects
  await buildEngineObjects(); // once here, instead of in all test files at the same time
  const checked = await Promise.all(STATIC_CHECKS.map(runCheck));
  return addTotals([...checked, await runTests(await findTests(QUICK_TESTS))]);
}

/** A check that passes counts as nothing, not being a test; one that does not is a failure like any other. */
async function runCheck({ name, command }: (typeof STATIC_CHECKS)[number]): Promise<Totals> {
  const run = Bun.spawn(["sh", "scripts/tool.sh", ...command], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, status] = await Promise.all([run.stdout.text(), run.stderr.text(), run.exited]);
  console.error(`${name}: ${status === 0 ? "ok" : `failed\n${stdout}${stderr}`}`);
  return status === 0 ? NOTHING : { ...NOTHING, failed: 1, problems: [`${name}: ${command.join(" ")}`] };
}

/** Without a compiler nothing can be built, so nothing can be checked. */
export function requireCompiler(): void {
  for (const note of obtain(["musl"])) console.error(`note: ${note}`); // only better
  const [missing] = obtain(["compiler", "libffi", "imageLibraries"]);
  if (missing !== undefined) throw new RuntimeError("unsupported", missing);
}

if (import.meta.main) {
  await runScript("check", async () => {
    requireCompiler();
    for (const missing of obtain(["sanitizers"])) console.error(missing);
    const totals = await check();
    console.log(describeTotals(totals));
    return totals.failed === 0 ? 0 : 1;
  });
}
