/** The shortest way to see what a container sees: a recipe in, its whole result out, and nothing left behind. */
import type { Recipe } from "./bundle.ts";
import { type Runtime, runtimeUnderTest } from "./runtimes.ts";
import { type CallOptions, sandbox } from "./sandbox.ts";
import type { Outcome } from "./spawn.ts";

/** `run` of a bundle made of `recipe`. Rejects if the runtime under test leaves anything behind; crun keeps a cache of filters. */
export async function runContainer(recipe: Recipe, options: CallOptions & { readonly runtime?: Runtime } = {}): Promise<Outcome> {
  const { runtime, ...call } = options;
  const isPeer = runtime !== undefined && runtime.name !== runtimeUnderTest().name;
  await using box = await sandbox(recipe, { ...(runtime && { runtime }), forgiving: isPeer });
  const outcome = await box.call(["run", "--bundle", box.path, box.id], call);
  const left = isPeer ? [] : box.leftovers();
  if (left.length > 0) throw new Error(`run left behind:\n${left.join("\n")}\nand said: ${outcome.stderr}`);
  return outcome;
}
