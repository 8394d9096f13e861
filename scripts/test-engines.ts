/**
 * `npm run test:engines [WORD…]`: the engines of the distribution with lamina as their runtime, every scenario also with runc. With
 * words, only the files in test/engines/ whose names contain one of them. Fails if lamina fails where runc does not.
 */
import { build } from "./build.ts";
import { requireCompiler } from "./check.ts";
import { describeScenarios, parseScenarios, regressions } from "./engine-report.ts";
import { obtain } from "./requirements.ts";
import { runScript } from "./run-script.ts";
import { countRun } from "./test-report.ts";
import { findTests, runForReport } from "./test-run.ts";

await runScript("test:engines", async () => {
  requireCompiler();
  for (const missing of obtain([
    "busybox",
    "runc",
    "iptables",
    "nftables",
    "iproute",
    "podman",
    "buildah",
    "containerd",
    "docker",
    "dockerClient",
    "buildkit",
    "devmapper",
  ]))
    console.error(missing);
  process.env.LAMINA ??= await build();
  process.env.LAMINA_ENGINES = "all";
  const words = process.argv.slice(2);
  const files = (await findTests(["engines/*.test.ts"])).filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
  const run = await runForReport(files);
  const { problems, skipReasons } = countRun(run);
  const results = parseScenarios(run.report ?? "");
  console.log(describeScenarios(results));
  for (const reason of skipReasons.keys()) console.log(`skipped: ${reason}`);
  for (const problem of problems) console.log(`failed: ${problem}`);
  const worse = regressions(results);
  for (const { engine, scenario } of worse) console.log(`failed: ${engine}: ${scenario}: not with lamina, but with runc`);
  console.log(`${results.length} scenarios, ${worse.length} of them only with runc`);
  return worse.length > 0 || problems.length > 0 || results.length === 0 ? 1 : 0;
});
