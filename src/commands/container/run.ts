/** lamina run */
import { RuntimeError } from "../../base/errors.ts";
import { runContainer } from "../../host/run.ts";
import { withLayers } from "../layers/layer-finder.ts";
import type { Arguments } from "../line/arguments.ts";
import { camel } from "../line/argv.ts";
import type { Context } from "../line/context.ts";
import { FROM_IMAGE } from "../line/from-image-table.ts";

export async function run(args: Arguments<"run">, context: Context): Promise<number> {
  const { image } = args;
  if (image === undefined) return runContainer({ ...args, id: requireId(args) }, withLayers(context, { keep: true }));
  requireCompatible(args);
  const { runImage } = await import("../rare.ts");
  return runImage(args, image, context);
}

/** As before any command that knows no words of its own behind it, `--` only ends the options. */
function requireId(args: Arguments<"run">): string {
  const { id, command } = args;
  const words = [...(id === undefined ? [] : [id]), ...command];
  const option = imageOption(args);
  if (option !== undefined) throw refuse(`--${option} is for --image: config.json says what a bundle is given`);
  const [only, more] = words;
  if (only === undefined) throw refuse("<id> is missing");
  if (more !== undefined) throw refuse(`${JSON.stringify(more)} is one argument too many`);
  return only;
}

/** The name of a given option that only makes sense for an image. */
function imageOption(args: Arguments<"run">): string | undefined {
  const values = new Map<string, unknown>(Object.entries(args));
  const isGiven = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false);
  return ["rm", ...FROM_IMAGE.map(({ name }) => name)].find((name) => isGiven(values.get(camel(name))));
}

function requireCompatible({ bundle, rm, detach }: Arguments<"run">): void {
  if (bundle !== undefined) throw refuse("--image makes a bundle, and --bundle names one");
  if (rm && detach) throw refuse("with --detach nobody is there to remove the bundle: leave out --rm");
}

function refuse(problem: string): RuntimeError {
  return new RuntimeError("usage", `cannot run "lamina run": ${problem}`, { hint: "see lamina run --help" });
}
