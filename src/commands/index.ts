/** The registry: where each command's code is. It is loaded when the command is called, and not before. */
import type { Arguments, Call } from "./line/arguments.ts";
import type { Context } from "./line/context.ts";
import type { CommandName } from "./line/table.ts";

export interface Command<N extends CommandName> {
  /** Returns the exit status. Prints by its context only; throws a RuntimeError when it fails. */
  run(args: Arguments<N>, context: Context): number | Promise<number>;
}

type Loaders = { readonly [N in CommandName]: () => Promise<Command<N>> };

const LOADERS: Loaders = {
  bundle: async () => (await import("./rare.ts")).bundle,
  check: async () => (await import("./rare.ts")).check,
  commit: async () => (await import("./rare.ts")).commit,
  completion: async () => (await import("./rare.ts")).completion,
  create: async () => (await import("./creation.ts")).create,
  delete: async () => (await import("./lifecycle.ts")).remove,
  diff: async () => (await import("./rare.ts")).diff,
  events: async () => (await import("./rare.ts")).events,
  explain: async () => (await import("./rare.ts")).explain,
  exec: async () => (await import("./creation.ts")).exec,
  export: async () => (await import("./rare.ts")).exporting,
  kill: async () => (await import("./lifecycle.ts")).kill,
  list: async () => (await import("./lifecycle.ts")).list,
  pause: async () => (await import("./lifecycle.ts")).pause,
  update: async () => (await import("./rare.ts")).update,
  ps: async () => (await import("./rare.ts")).ps,
  resume: async () => (await import("./lifecycle.ts")).resume,
  run: async () => (await import("./creation.ts")).run,
  start: async () => (await import("./lifecycle.ts")).start,
  state: async () => (await import("./lifecycle.ts")).state,
  features: async () => (await import("./rare.ts")).features,
  spec: async () => (await import("./rare.ts")).spec,
  "image df": async () => (await import("./rare.ts")).image.df,
  "image export": async () => (await import("./rare.ts")).image.exporting,
  "image pull": async () => (await import("./rare.ts")).image.pull,
  "image push": async () => (await import("./rare.ts")).image.push,
  "image gc": async () => (await import("./rare.ts")).image.gc,
  "image history": async () => (await import("./rare.ts")).image.history,
  "image import": async () => (await import("./rare.ts")).image.importing,
  "image inspect": async () => (await import("./rare.ts")).image.inspect,
  "image list": async () => (await import("./rare.ts")).image.list,
  "image rm": async () => (await import("./rare.ts")).image.rm,
  "image tag": async () => (await import("./rare.ts")).image.tag,
  "image tree": async () => (await import("./rare.ts")).image.tree,
  "image verify": async () => (await import("./rare.ts")).image.verify,
  "volume list": async () => (await import("./rare.ts")).volumeList,
  "volume rm": async () => (await import("./rare.ts")).volumeRm,
};

export async function runCommand<N extends CommandName>(call: Call<N>, context: Context): Promise<number> {
  const command = await LOADERS[call.name]();
  return command.run(call.args, context);
}
