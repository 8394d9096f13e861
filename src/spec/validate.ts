/**
 * JSON text → a validated value, or every problem at once.
 *
 * For a valid file this runs only JSON.parse, the generated check and the rules. Whatever is needed only to explain a problem
 * is loaded when there is one.
 */
import { contains } from "../base/text.ts";
import { isConfig } from "./generated/config.ts";
import { isLayers } from "./generated/layers.ts";
import { isProcess } from "./generated/process.ts";
import { isResources } from "./generated/resources.ts";
import { inWordsOfToday } from "./older-versions.ts";
import { parseJson } from "./parse-json.ts";
import { configRules } from "./rules/index.ts";
import { layersRules } from "./rules/layers.ts";
import { processRules } from "./rules/process.ts";
import { resourceRules } from "./rules/resources.ts";
import { applyRules, type Problem, type Rule } from "./rules/rule.ts";
import type { LayersFile, Process, Resources, Spec } from "./types.ts";
import { requireCountable } from "./value-count.ts";

/** The largest file that is read, in bytes: a hundred times what any engine writes. */
export const LARGEST_FILE = 16 << 20;

/** One line each, with file, line and pointer, like the errors of a refused file. */
export type Warnings = readonly string[];

interface Validated<T> {
  readonly value: T;
  readonly warnings: Warnings;
}

interface Format<T> {
  readonly name: "config" | "process" | "resources" | "layers";
  readonly check: (value: unknown) => value is T;
  readonly rules: readonly Rule<T>[];
}

const CONFIG: Format<Spec> = { name: "config", check: (value): value is Spec => isConfig(value), rules: configRules };
const PROCESS: Format<Process> = {
  name: "process",
  check: (value): value is Process => isProcess(value),
  rules: processRules,
};
const RESOURCES: Format<Resources> = {
  name: "resources",
  check: (value): value is Resources => isResources(value),
  rules: resourceRules,
};
const LAYERS: Format<LayersFile> = {
  name: "layers",
  check: (value): value is LayersFile => isLayers(value),
  rules: layersRules,
};

/** A bundle's config.json. Messages call it `file`. Rejects with code "config". */
export async function parseConfig(text: string, file: string): Promise<{ readonly spec: Spec; readonly warnings: Warnings }> {
  const { value, warnings } = await parse(text, file, CONFIG);
  return { spec: inWordsOfToday(value), warnings };
}

/** The input of `exec --process`. */
export async function parseProcess(text: string, file: string): Promise<{ readonly process: Process; readonly warnings: Warnings }> {
  const { value, warnings } = await parse(text, file, PROCESS);
  return { process: value, warnings };
}

/** The input of `update --resources`. */
export async function parseResources(text: string, file: string): Promise<{ readonly resources: Resources; readonly warnings: Warnings }> {
  const { value, warnings } = await parse(text, file, RESOURCES);
  return { resources: value, warnings };
}

/** A bundle's layers.json. */
export async function parseLayers(text: string, file: string): Promise<{ readonly layers: LayersFile; readonly warnings: Warnings }> {
  const { value, warnings } = await parse(text, file, LAYERS);
  return { layers: value, warnings };
}

/** A NUL character. */
const NUL = "\\u0000";

async function parse<T>(text: string, file: string, format: Format<T>): Promise<Validated<T>> {
  const value = await parseReported(text, file);
  if (!format.check(value)) return recheck(text, file, format, value);
  return judgeWithNuls(text, file, format, value);
}

async function judgeWithNuls<T>(text: string, file: string, format: Format<T>, value: T): Promise<Validated<T>> {
  if (!contains(text, NUL)) return judge(text, file, format, value);
  const { findNuls } = await import("./json-quirks.ts");
  return judge(text, file, format, value, findNuls(value));
}

async function judge<T>(text: string, file: string, { rules }: Format<T>, value: T, found: readonly Problem[] = []): Promise<Validated<T>> {
  const problems = [...found, ...applyRules(rules, value)];
  if (problems.length === 0) return { value, warnings: [] };
  const { report, reportWarnings } = await import("./report.ts");
  if (problems.some(({ warning }) => warning !== true)) throw report(text, file, problems);
  return { value, warnings: reportWarnings(text, file, problems) };
}

async function parseReported(text: string, file: string): Promise<unknown> {
  requireCountable(text, file);
  try {
    return parseJson(text);
  } catch (cause) {
    const { reportFault } = await import("./report.ts");
    throw reportFault(text, file, cause);
  }
}

/**
 * The check failed: maybe over a null, which counts as absent, or an integer that JSON.parse has rounded. Otherwise ajv finds the faults, and rules still
 * run on what is intact.
 */
async function recheck<T>(text: string, file: string, format: Format<T>, value: unknown): Promise<Validated<T>> {
  const { dropNulls, restoreIntegers } = await import("./json-quirks.ts");
  dropNulls(value);
  restoreIntegers(text, value);
  if (format.check(value)) return judgeWithNuls(text, file, format, value);
  const { reportRefused } = await import("./refused.ts");
  throw await reportRefused(text, file, format, value);
}
