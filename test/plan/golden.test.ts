/**
 * Golden plans: golden/NAME.json says what to change in a base configuration, whose machine it is for and what the caller
 * asked; golden/NAME.plan.txt is the plan, or the refusal. UPDATE=1 writes the texts anew: read the difference, it is the
 * behaviour of the runtime.
 */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RuntimeError } from "../../src/base/errors.ts";
import { hostPath } from "../../src/base/paths.ts";
import { type Plan, type PlanOptions, planContainer } from "../../src/plan/plan-container.ts";
import { encodePlan } from "../../src/plan/steps/encode.ts";
import { parseConfig } from "../../src/spec/validate.ts";
import { isObject, type Json, type JsonObject, merge, parseObject } from "../support/json.ts";
import { BASES } from "./base-config.ts";
import { FACTS } from "./facts.ts";
import { layerFacts } from "./layer-facts.ts";
import { planText } from "./plan-text.ts";
import { slotFaults } from "./slot-faults.ts";

const DIRECTORY = join(import.meta.dir, "golden");
const UPDATE = process.env.UPDATE === "1";

const names = readdirSync(DIRECTORY)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -".json".length))
  .sort();

test.each(names)("the plan of %s is the recorded one", async (name) => {
  const outcome = await outcomeOf(parseObject(readFileSync(join(DIRECTORY, `${name}.json`), "utf8")));
  const recorded = join(DIRECTORY, `${name}.plan.txt`);
  if (UPDATE) writeFileSync(recorded, outcome);
  expect(outcome).toBe(readFileSync(recorded, "utf8"));
  expect(outcome.startsWith("refused")).toBe(name.endsWith("-refused"));
});

test("every recorded plan has a case", () => {
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

async function planOf({ base = "default", facts = "root", config = {}, options = {}, layers, filter }: JsonObject): Promise<Plan> {
  const known = FACTS[String(facts)];
  const start = BASES[String(base)];
  if (known === undefined || start === undefined) throw new Error(`no such facts or base: ${facts}, ${base}`);
  const { spec } = await parseConfig(JSON.stringify(merge(start, objectOf(config))), "config.json");
  const found = layers === undefined ? known : { ...known, layers: layerFacts(objectOf(layers)) };
  const compiled =
    filter === undefined
      ? undefined
      : {
          program: new Uint8Array(24),
          isCached: filter === "cached",
          admitsLastStage: filter !== "strict",
          admitsSendmsg: false,
          admitsCapset: false,
        };
  return planContainer(spec, { ...found, filter: compiled }, optionsOf(objectOf(options)));
}

function optionsOf(options: JsonObject): PlanOptions {
  const { waitForStart = true, noPivot = false, noNewKeyring = true, preserveFds = 0, pidFile, pidfdSocket } = options;
  return {
    id: "c1",
    waitForStart: waitForStart === true,
    noPivot: noPivot === true,
    noNewKeyring: noNewKeyring === true,
    preserveFds: Number(preserveFds),
    pidFile: pidFile === undefined ? undefined : hostPath(String(pidFile)),
    pidfdSocket: pidfdSocket === undefined ? undefined : hostPath(String(pidfdSocket)),
  };
}

function objectOf(value: Json): JsonObject {
  if (!isObject(value)) throw new Error(`not an object: ${JSON.stringify(value)}`);
  return value;
}
