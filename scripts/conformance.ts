/**
 * `npm run conformance -- --suite DIR [--peer runc|crun] [WORD…]`: the official validation suite (opencontainers/runtime-tools), whose built
 * tree DIR is, with lamina and with its peer. With words, only the tests whose names contain one of them; without, and with runc, the table in
 * docs/conformance.md is written. Fails if a test fails for which scripts/suite-reasons.ts has no reason.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { RuntimeError } from "../src/base/errors.ts";
import { peerVersion } from "../test/support/runtimes.ts";
import { build } from "./build.ts";
import { requireCompiler } from "./check.ts";
import { runScript } from "./run-script.ts";
import { findSuiteTests, runSuiteTest } from "./suite-ground.ts";
import { withSuite } from "./suite-page.ts";
import { REASONS, unexplained } from "./suite-reasons.ts";
import { type Comparison, describeComparisons, hasPassed, onlyOurs, readSuiteOutput } from "./suite-results.ts";
import { ROOT } from "./test-run.ts";

const PAGE = join(ROOT, "docs/conformance.md");
const USAGE = "npm run conformance -- --suite DIR [--peer runc|crun] [WORD…]";

await runScript("conformance", async () => {
  const { suite, peer, words } = parseWords(process.argv.slice(2));
  const tests = findSuiteTests(suite).filter((path) => words.length === 0 || words.some((word) => path.includes(word)));
  if (tests.length === 0)
    throw new RuntimeError("usage", `cannot find tests in ${suite}: none is built there, or has that name`, { hint: HOW });
  requireCompiler();
  const ours = resolve(process.env.LAMINA ?? (await build()));
  const theirs = Bun.which(peer);
  if (theirs === null) throw new RuntimeError("usage", `cannot compare with ${peer}: it is not installed`);
  const comparisons: Comparison[] = [];
  for (const test of tests) {
    comparisons.push({
      test: basename(test, ".t"),
      ours: readSuiteOutput(await runSuiteTest(suite, test, ours)),
      theirs: readSuiteOutput(await runSuiteTest(suite, test, theirs)),
    });
    process.stderr.write(".");
  }
  process.stderr.write("\n");
  return report(comparisons, peer, words.length === 0);
});

function report(comparisons: readonly Comparison[], peer: "runc" | "crun", isWhole: boolean): number {
  console.log(describeComparisons(comparisons, peer));
  const unknown = comparisons.flatMap(({ test, ours }) => unexplained(test, ours.failures).map((failure) => `${test}: ${failure}`));
  for (const failure of unknown) console.log(`failed without a reason: ${failure}`);
  for (const { test } of onlyOurs(comparisons)) console.log(`only with lamina: ${test}: ${REASONS[test]?.why ?? "without a reason"}`);
  const passed = comparisons.filter(({ ours }) => hasPassed(ours)).length;
  console.log(`${comparisons.length} tests, ${passed} passed, ${unknown.length} failures without a reason`);
  if (isWhole && peer === "runc" && unknown.length === 0) {
    const run = { comparisons, peer: `${peer} ${peerVersion(peer)}`, machine: machine(), reasons: REASONS };
    writeFileSync(PAGE, withSuite(readFileSync(PAGE, "utf8"), run));
  }
  return unknown.length === 0 ? 0 : 1;
}

const HOW = "build one from https://github.com/opencontainers/runtime-tools: make runtimetest validation-executables";

function parseWords(argv: readonly string[]): {
  readonly suite: string;
  readonly peer: "runc" | "crun";
  readonly words: readonly string[];
} {
  const options = { suite: { type: "string" }, peer: { type: "string", default: "runc" } } as const;
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const { suite, peer } = values;
  if (suite === undefined) throw new RuntimeError("usage", `cannot run the suite without its directory: ${USAGE}`, { hint: HOW });
  if (peer !== "runc" && peer !== "crun") throw new RuntimeError("usage", `cannot compare with ${peer}: only with runc or crun`);
  return { suite: resolve(suite), peer, words: positionals };
}

function machine(): string {
  const version = existsSync("/sys/fs/cgroup/cgroup.controllers") ? "v2" : "v1";
  return `Linux ${release().split(".").slice(0, 2).join(".")} with cgroup ${version}`;
}
