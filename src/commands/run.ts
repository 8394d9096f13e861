/** lamina run */
import { RuntimeError } from "../base/errors.ts";
import { runContainer } from "../host/run.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import { withLayers } from "./layer-finder.ts";

export async function run(args: Arguments<"run">, context: Context): Promise<number> {
  const { image } = args;
  if (image === undefined) return runContainer({ ...args, id: requireId(args) }, withLayers(context, { keep: true }));
  requireCompatible(args);
  const { runImage } = await import("./rare.ts");
  return runImage(args, image, context);
}

/** As before any command that knows no words of its own behind it, `--` only ends the options. */
function requireId(args: Arguments<"run">): string {
  const { id, command, driver, memory, cpuShares, user, tty, rm, env, volume } = args;
  const words = [...(id === undefined ? [] : [id]), ...command];
  const needsImage = { driver, memory, cpuShares, user, tty: tty || undefined, rm: rm || undefined, env: env[0], volume: volume[0] };
  const [option] = Object.entries(needsImage).find(([, value]) => value !== undefined) ?? [];
  if (option !== undefined)
    throw refuse(`--${option === "cpuShares" ? "cpu-shares" : option} is for --image: config.json says what a bundle is given`);
  const [only, more] = words;
  if (only === undefined) throw refuse("<id> is missing");
  if (more !== undefined) throw refuse(`${JSON.stringify(more)} is one argument too many`);
  return only;
}

function requireCompatible({ bundle, rm, detach }: Arguments<"run">): void {
  if (bundle !== undefined) throw refuse("--image makes a bundle, and --bundle names one");
  if (rm && detach) throw refuse("with --detach nobody is there to remove the bundle: leave out --rm");
}

function refuse(problem: string): RuntimeError {
  return new RuntimeError("usage", `cannot run "lamina run": ${problem}`, { hint: "see lamina run --help" });
}
