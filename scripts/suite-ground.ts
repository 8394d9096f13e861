/** Runs tests of the official validation suite, each on a machine of its own: what one leaves behind no other one sees. */
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import { removeCgroups } from "../test/engines/ground.ts";
import { spawn } from "../test/support/spawn.ts";
import { tempDir } from "../test/support/temp-dir.ts";
import type { SuiteOutput } from "./suite-results.ts";

/** Seconds for one test. */
const LIMIT = 90;
const GROUND = join(import.meta.dir, "suite-ground.sh");

/** The tests that are built below `suite`: paths relative to it. */
export function findSuiteTests(suite: string): string[] {
  return [...new Bun.Glob("validation/*/*.t").scanSync({ cwd: suite })].sort();
}

/** One test, with what it prints. The suite's tests look for their root filesystem in the current directory. Throws code "usage" if it cannot be executed. */
export async function runSuiteTest(suite: string, test: string, runtime: string): Promise<SuiteOutput> {
  await using box = await tempDir();
  const name = `lamina-suite-${box.path.slice(-6)}`;
  await chmod(box.path, 0o755); // containers with a user namespace must reach their bundles
  const words = ["sh", GROUND, name, "timeout", "--kill-after=3", String(LIMIT), `./${test}`];
  const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, TMPDIR: box.path, RUNTIME: runtime };
  try {
    const running = await spawn(box.path, words, { cwd: suite, env, deadline: (LIMIT + 20) * 1000 });
    const output = await running.ended;
    if ([125, 126, 127].includes(output.exitCode)) throw new RuntimeError("usage", `cannot run ${test}: ${output.stderr.trim()}`);
    return output;
  } finally {
    await removeCgroups(name);
  }
}
