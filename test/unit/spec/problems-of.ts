/** The parsers' problems with a value, as lines; "" if they accept it. */
import { RuntimeError } from "../../../src/base/errors.ts";
import { parseConfig, parseLayers, parseProcess, parseResources, type Warnings } from "../../../src/spec/validate.ts";

const PARSERS: Readonly<Record<string, (text: string, file: string) => Promise<{ readonly warnings: Warnings }>>> = {
  "config.json": parseConfig,
  "process.json": parseProcess,
  "resources.json": parseResources,
  "layers.json": parseLayers,
};

/** The error's text for a JSON text. Warnings do not count. */
export async function problemsOf(text: string, file = "config.json"): Promise<string> {
  try {
    await PARSERS[file]?.(text, file);
    return "";
  } catch (error) {
    if (!(error instanceof RuntimeError) || error.code !== "config") throw error;
    return error.message;
  }
}

/** The same for a value, without the places: pointer and problem only. */
export async function saidOf(value: unknown, file = "config.json"): Promise<string[]> {
  const text = await problemsOf(JSON.stringify(value), file);
  return text === "" ? [] : text.split("\n").map((line) => line.replace(/^\S+?:\d+:\d+:? ?/, ""));
}
