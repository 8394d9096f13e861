/** The shortest way to see what a container sees: a recipe in, its whole result out, and nothing left behind. */
import type { Recipe } from "./bundle.ts";
import type { Runtime } from "./runtimes.ts";
import { type CallOptions, sandbox } from "./sandbox.ts";
import type { Outcome } from "./spawn.ts";

/** `run` of a bundle made of `recipe`. Rejects if the runtime leaves anything behind. */
export async function runContainer(recipe: Recipe, options: CallOptions & { readonly runtime?: Runtime } = {}): Promise<Outcome> {
  const { runtime, ...call } = options;
  await using box = await sandbox(recipe, runtime ? { runtime } : {});
  const outcome = await box.call(["run", "--bundle", box.path, box.id], call);
  const left = box.leftovers();
  if (left.length > 0) throw new Error(`run left behind:\n${left.join("\n")}\nand said: ${outcome.stderr}`);
  return outcome;
}
