/**
 * `npm run soak [COUNT]`: lamina with host and init under AddressSanitizer and UndefinedBehaviorSanitizer, `run` and `state` so
 * many times each (default 10,000). Every call must succeed and say nothing on standard error.
 */
import { availableParallelism } from "node:os";
import { type Sandbox, sandbox } from "../test/support/sandbox.ts";
import { buildSanitized } from "./build.ts";
import { requireCompiler } from "./check.ts";
import { runScript } from "./run-script.ts";

const DEFAULT_COUNT = 10_000;
/** A sanitized start takes much longer than one that ships, and the machine may be busy. Milliseconds. */
const DEADLINE = 120_000;

await runScript("soak", async () => {
  const count = Number(process.argv[2] ?? DEFAULT_COUNT);
  if (!Number.isSafeInteger(count) || count < 1) {
    console.error(`soak: "${process.argv[2]}" is not a count`);
    return 2;
  }
  requireCompiler();
  const runtime = { name: "lamina, sanitized", argv: [await buildSanitized()] };
  await using box = await sandbox({ args: ["/probe", "forever"] }, { runtime });
  await box.must(["run", "--detach", "--bundle", box.path, box.id], { deadline: DEADLINE });
  await repeat(count, "state", () => ["state", box.id], box);
  await using short = await sandbox({ args: ["/probe", "exit", "0"] }, { runtime });
  await repeat(count, "run", (i) => ["run", "--bundle", short.path, `${short.id}-${i}`], short);
  return 0;
});

/** As many at once as there are processors. Rejects with what the first one says that fails. */
async function repeat(count: number, what: string, words: (i: number) => string[], box: Sandbox): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await box.must(words(next++), { deadline: DEADLINE });
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  console.log(`${count} times ${what}: no report, no failure`);
}
