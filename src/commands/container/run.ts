/** lamina run */
import { RuntimeError } from "../../base/errors.ts";
import { runContainer } from "../../host/run.ts";
import { runImage } from "../bundle/run-image.ts";
import { withLayers } from "../layers/layer-finder.ts";
import type { Arguments } from "../line/arguments.ts";
import { camel } from "../line/argv.ts";
import { CREATION, ID, TIMELINE } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import { COMMAND, FROM_IMAGE } from "../line/from-image-options.ts";
import type { CommandRow } from "../line/table-row.ts";
import { timed } from "./timed.ts";

export const ROW = {
  summary: "create and start a container",
  details:
    "Creates and starts a container, waits for its process, deletes the container and exits with the status of the process. With --image it also makes the bundle, in the image store; the bundle and its writable layer remain unless --rm is given.",
  positionals: [{ ...ID, optional: true }],
  trailing: COMMAND,
  options: [
    ...CREATION,
    { name: "image", type: "string", alias: "i", value: "image", summary: "make a bundle from this image; the id is then optional" },
    ...FROM_IMAGE,
    { name: "rm", type: "boolean", summary: "remove the bundle of --image when the process ends" },
    { name: "detach", type: "boolean", alias: "d", summary: "exit once the process runs; state and list show how it ended" },
    { name: "keep", type: "boolean", summary: "do not delete the container when its process ends" },
    {
      name: "no-subreaper",
      type: "boolean",
      summary: "do not adopt processes that the container leaves behind; with --detach, leave no supervisor",
    },
    TIMELINE,
  ],
} as const satisfies CommandRow;

export function run(args: Arguments<typeof ROW>, context: Context): number | Promise<number> {
  const { timeline, image, id = image ?? args.command[0] } = args;
  return timed("run", { timeline, id }, context, (given) => runBundleOrImage(args, given));
}

async function runBundleOrImage(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  const { image } = args;
  if (image === undefined) return runContainer(withId(args), withLayers(context, { keep: true }));
  requireCompatible(args);
  return runImage(args, image, context);
}

type Given = Arguments<typeof ROW>;

function withId(args: Given): Given & { readonly id: string } {
  const id = requireId(args);
  return hasId(args, id) ? args : { ...args, id };
}

function hasId(args: Given, id: string): args is Given & { readonly id: string } {
  return args.id === id;
}

/** As before any command that knows no words of its own behind it, `--` only ends the options. */
function requireId(args: Given): string {
  const { id, command } = args;
  const words = [...(id === undefined ? [] : [id]), ...command];
  const option = imageOption(args);
  if (option !== undefined) throw refuse(`--${option} is for --image: config.json says what a bundle is given`);
  const [only, more] = words;
  if (only === undefined) throw refuse("<id> is missing");
  if (more !== undefined) throw refuse(`${JSON.stringify(more)} is one argument too many`);
  return only;
}

const OF_IMAGE = ["rm", ...FROM_IMAGE.map(({ name }) => name)].map((name) => ({ name, key: camel(name) }));

/** The name of a given option that only makes sense for an image. */
function imageOption(args: Readonly<Record<string, unknown>>): string | undefined {
  const isGiven = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false);
  return OF_IMAGE.find(({ key }) => isGiven(args[key]))?.name;
}

function requireCompatible({ bundle, rm, detach }: Given): void {
  if (bundle !== undefined) throw refuse("--image makes a bundle, and --bundle names one");
  if (rm && detach) throw refuse("with --detach nobody is there to remove the bundle: leave out --rm");
}

function refuse(problem: string): RuntimeError {
  return new RuntimeError("usage", `cannot run "lamina run": ${problem}`, { hint: "see lamina run --help" });
}
