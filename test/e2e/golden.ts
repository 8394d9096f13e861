/** Recorded results of the corpus, one file per area: the peers' results, for machines without peers. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isObject, type Json, parseObject } from "../support/json.ts";
import type { Shown } from "./corpus/case.ts";

export type Golden = Readonly<Record<string, Shown>>;

export async function readGolden(area: string): Promise<Golden> {
  const path = pathOf(area);
  if (!existsSync(path)) return {};
  const recorded = Object.entries(parseObject(await readFile(path, "utf8")));
  return Object.fromEntries(recorded.map(([title, value]) => [title, shownOf(title, value ?? null)]));
}

export async function writeGolden(area: string, results: Golden): Promise<Golden> {
  await writeFile(pathOf(area), `${JSON.stringify(results, null, 2)}\n`);
  return results;
}

function pathOf(area: string): string {
  return join(import.meta.dir, "golden", `${area}.json`);
}

function shownOf(title: string, value: Json): Shown {
  if (!isObject(value) || typeof value.exitCode !== "number" || !Array.isArray(value.lines)) {
    throw new Error(`the recorded result of ${JSON.stringify(title)} has another form; record it again with UPDATE=1`);
  }
  return { exitCode: value.exitCode, lines: value.lines.map(String) };
}
