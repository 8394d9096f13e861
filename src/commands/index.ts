/** The registry: where each command's code is. It is loaded when the command is called, and not before. */
import { RuntimeError } from "../base/errors.ts";
import type { Arguments, Call } from "./arguments.ts";
import type { Context } from "./context.ts";
import type { CommandName } from "./table.ts";

export interface Command<N extends CommandName> {
  /** Returns the exit status. Prints by its context only; throws a RuntimeError when it fails. */
  run(args: Arguments<N>, context: Context): number | Promise<number>;
}

type Loaders = { readonly [N in CommandName]?: () => Promise<Command<N>> };

const LOADERS: Loaders = {
  bundle: () => import("./bundle.ts"),
  check: () => import("./check.ts"),
  commit: () => import("./commit.ts"),
  completion: () => import("./completion.ts"),
  create: async () => (await import("./creation.ts")).create,
  delete: async () => (await import("./lifecycle.ts")).remove,
  diff: () => import("./diff.ts"),
  explain: () => import("./explain.ts"),
  kill: async () => (await import("./lifecycle.ts")).kill,
  list: async () => (await import("./lifecycle.ts")).list,
  run: async () => (await import("./creation.ts")).run,
  start: async () => (await import("./lifecycle.ts")).start,
  state: async () => (await import("./lifecycle.ts")).state,
  features: () => import("./features.ts"),
  spec: () => import("./spec.ts"),
  "image df": async () => (await import("./image.ts")).df,
  "image export": async () => (await import("./image.ts")).exporting,
  "image pull": async () => (await import("./image.ts")).pull,
  "image push": async () => (await import("./image.ts")).push,
  "image gc": async () => (await import("./image.ts")).gc,
  "image history": async () => (await import("./image.ts")).history,
  "image import": async () => (await import("./image.ts")).importing,
  "image inspect": async () => (await import("./image.ts")).inspect,
  "image list": async () => (await import("./image.ts")).list,
  "image rm": async () => (await import("./image.ts")).rm,
  "image tag": async () => (await import("./image.ts")).tag,
  "image tree": async () => (await import("./image.ts")).tree,
  "image verify": async () => (await import("./image.ts")).verify,
};

export async function runCommand<N extends CommandName>(call: Call<N>, context: Context): Promise<number> {
  const load = LOADERS[call.name];
  if (load === undefined) throw new RuntimeError("unsupported", `cannot run "lamina ${call.name}": it is not in this build`);
  const command = await load();
  return command.run(call.args, context);
}
