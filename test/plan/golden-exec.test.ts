/**
 * Golden plans of exec: golden-exec/NAME.json says what the container is and what the caller asked; golden-exec/NAME.plan.txt is the plan, or
 * the refusal. UPDATE=1 writes the texts anew, as for golden.test.ts.
 */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RuntimeError } from "../../src/base/errors.ts";
import { type HostPath, hostPath } from "../../src/base/paths.ts";
import type { UserUnit } from "../../src/plan/cgroup/enter-cgroups.ts";
import { subCgroups } from "../../src/plan/cgroup/sub-cgroups.ts";
import type { ContainerFacts, FilterFacts } from "../../src/plan/facts.ts";
import { planExec } from "../../src/plan/plan-exec.ts";
import { type ProcessOptions, processOf } from "../../src/plan/process/exec-process.ts";
import { encodePlan } from "../../src/plan/steps/encode.ts";
import type { Steps } from "../../src/plan/steps/steps.ts";
import { parseConfig } from "../../src/spec/validate.ts";
import { execDefaults, recallProcess } from "../../src/state/exec-defaults.ts";
import { GIVEN } from "../support/exec-options.ts";
import { isObject, type Json, type JsonObject, merge, parseObject } from "../support/json.ts";
import { BASES } from "./base-config.ts";
import { FACTS } from "./facts.ts";
import { planText } from "./plan-text.ts";
import { slotFaults } from "./slot-faults.ts";

const DIRECTORY = join(import.meta.dir, "golden-exec");
const UPDATE = process.env.UPDATE === "1";

const names = readdirSync(DIRECTORY)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -".json".length))
  .sort();

test.each(names)("the plan of exec %s is the recorded one", async (name) => {
  const outcome = await outcomeOf(parseObject(readFileSync(join(DIRECTORY, `${name}.json`), "utf8")));
  const recorded = join(DIRECTORY, `${name}.plan.txt`);
  if (UPDATE) writeFileSync(recorded, outcome);
  expect(outcome).toBe(readFileSync(recorded, "utf8"));
  expect(outcome.startsWith("refused")).toBe(name.endsWith("-refused"));
});

test("every recorded plan of exec has a case", () => {
  const texts = readdirSync(DIRECTORY).filter((file) => file.endsWith(".plan.txt"));
  expect(texts.filter((file) => !existsSync(join(DIRECTORY, file.replace(/\.plan\.txt$/, ".json"))))).toEqual([]);
});

async function outcomeOf(golden: JsonObject): Promise<string> {
  try {
    const plan = await planOf(golden);
    expect(slotFaults(plan.init)).toEqual([]);
    expect(encodePlan(plan.init).length).toBeGreaterThan(0);
    return planText(plan);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const { pointer = "", hint = "" } = error.detail;
    return `refused (${error.code}): ${error.message}\n  at ${pointer}\n  hint: ${hint}\n`;
  }
}

const CONTAINER: ContainerFacts = {
  sharesUserNamespace: false,
  sharesMountNamespace: false,
  isRootOpen: true,
  setgroupsDenied: false,
  isCrowded: false,
  hasTracer: false,
  initCgroup: undefined,
};

async function planOf(golden: JsonObject): Promise<Steps> {
  const { base = "minimal", facts = "root", config = {}, container = {}, cgroups = {}, cgroup = [], filter, options = {} } = golden;
  const known = FACTS[String(facts)];
  const start = BASES[String(base)];
  if (known === undefined || start === undefined) throw new Error(`no such facts or base: ${facts}, ${base}`);
  const { spec } = await parseConfig(JSON.stringify(merge(start, objectOf(config))), "config.json");
  const defaults = execDefaults(spec, { noNewKeyring: golden.noNewKeyring === true, isPlaced: golden.isPlaced === true });
  const first = recallProcess(defaults);
  const { detach = false, preserveFds = 0, pidFile, pidfdSocket } = objectOf(options);
  const process = processOf(first, { ...GIVEN, ...(objectOf(golden.process ?? {}) as Partial<ProcessOptions>) });
  return planExec({
    process,
    first,
    target: { ...defaults, cgroupPaths: subCgroups(objectOf(cgroups) as Record<string, HostPath>, cgroup as string[]), ...unitOf(golden) },
    facts: {
      ...known,
      security: { ...known.security, ...objectOf(golden.security ?? {}) },
      container: { ...CONTAINER, ...(objectOf(container) as Partial<ContainerFacts>) },
      filter: filter === undefined ? undefined : { program: new Uint8Array(24), isCached: true, ...admission(String(filter)) },
    },
    options: { detach: detach === true, preserveFds: Number(preserveFds), pidFile: pathOf(pidFile), pidfdSocket: pathOf(pidfdSocket) },
  });
}

/** "strict" allows nothing, "without sendmsg" and "without capset" all but that. */
function admission(filter: string): Pick<FilterFacts, "admitsLastStage" | "admitsSendmsg" | "admitsCapset"> {
  const allows = (what: string): boolean => filter !== "strict" && filter !== `without ${what}`;
  return { admitsLastStage: filter !== "strict", admitsSendmsg: allows("sendmsg"), admitsCapset: allows("capset") };
}

function unitOf({ unit, cgroups = {} }: JsonObject): { unit?: UserUnit } {
  return unit === undefined ? {} : { unit: { name: String(unit), directory: hostPath(String(objectOf(cgroups).unified)) } };
}

function pathOf(value: Json | undefined): HostPath | undefined {
  return value === undefined ? undefined : hostPath(String(value));
}

function objectOf(value: Json): JsonObject {
  if (!isObject(value)) throw new Error(`not an object: ${JSON.stringify(value)}`);
  return value;
}
