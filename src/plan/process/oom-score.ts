/** config.json `process.oomScoreAdj` → a write to procfs. Pure. */
import type { Process } from "../../spec/types.ts";
import type { HostFacts } from "../facts.ts";
import type { InitStep, Planned } from "../steps/step.ts";

/**
 * Lowering the score takes root; and init's files in procfs belong to root as well unless it is dumpable. A rootless container
 * that keeps the runtime's score is only more likely to be killed, which gains it nothing: it runs nevertheless.
 */
export function planOomScore({ oomScoreAdj }: Process, facts: Pick<HostFacts, "uid" | "rootless">): Planned<InitStep>[] {
  if (oomScoreAdj === undefined) return [];
  const write: Planned<InitStep> = {
    origin: "/process/oomScoreAdj",
    ...(facts.rootless ? { onFailure: "warn" as const } : {}),
    step: { op: "writeProc", file: "self/oom_score_adj", text: String(oomScoreAdj) },
  };
  const dumpable = (value: boolean): Planned<InitStep> => ({ origin: write.origin, step: { op: "setDumpable", dumpable: value } });
  return facts.uid === 0 ? [write] : [dumpable(true), write, dumpable(false)];
}
