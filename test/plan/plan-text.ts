/** A plan as text: one line for each step, with the value of config.json that asked for it and what its failure means. */
import { describeHostStep, describeStep } from "../../src/plan/describe.ts";
import type { HostStep } from "../../src/plan/steps/host-step.ts";
import type { InitStep, OnFailure, Planned } from "../../src/plan/steps/step.ts";
import type { Steps } from "../../src/plan/steps/steps.ts";

const CONSEQUENCES: Readonly<Record<OnFailure, string>> = { stop: "", warn: " (or warn)", ignore: " (or go on)", else: " (or else)" };

export function planText({ warnings, host, init }: Steps): string {
  const lines = [
    ...section("warnings", warnings),
    ...section("host", host.map(hostLine)),
    ...section(
      "init",
      init.map((planned) => line(describeStep(planned.step), planned)),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((text) => `  ${text}`)];
}

function hostLine(planned: Planned<HostStep>): string {
  return line(describeHostStep(planned.step), planned);
}

function line(words: string, { origin, onFailure = "stop", note }: Planned<HostStep | InitStep>): string {
  return `${words}${note === undefined ? "" : `: ${note}`}${origin === "" ? "" : `  <- ${origin}`}${CONSEQUENCES[onFailure]}`;
}
