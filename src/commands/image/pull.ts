/** lamina image pull */
import { RuntimeError } from "../../base/errors.ts";
import { isStderrTerminal } from "../../host/caller/output.ts";
import { addToStore } from "../../image/add/additions.ts";
import { requireImageName } from "../../image/format/image-name.ts";
import { nameInReference, pullImage } from "../../image/source/skopeo.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { showProgress } from "../text/progress-line.ts";
import { ALL_PLATFORMS, PLATFORM, REGISTRY } from "./image-options.ts";
import { describeAdded } from "./import.ts";
import { choosePlatform } from "./platform-choice.ts";

export const ROW = {
  summary: "pull an image from a registry, with skopeo",
  details:
    "Fetches an image with skopeo; layers already in the store are not fetched again. A reference with a transport of skopeo's (docker-daemon:, oci:, dir: …) is passed unchanged.",
  positionals: [
    { name: "reference", summary: "for example debian:12 or registry.example.org/team/web:1" },
    { name: "name", optional: true, summary: "name in the store; default: the reference" },
  ],
  options: [PLATFORM, ALL_PLATFORMS, ...REGISTRY],
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  const name = args.name ?? nameInReference(args.reference);
  if (name === undefined) {
    throw new RuntimeError("usage", `cannot pull ${args.reference}: the reference has no name for the image in it`, {
      hint: "give the image's name as second argument",
    });
  }
  requireImageName(name);
  const chosen = choosePlatform(args);
  const store = new ImageStore(context.imageRoot);
  using shown = showProgress(args.quiet, context.warn);
  const { progress, warn } = shown;
  const added = await addToStore({ store, warn }, (additions) =>
    pullImage({ store, additions, ...chosen, progress, warn }, registryFor(args), args.reference, name),
  );
  context.print(args.quiet ? `${added.descriptor.digest}\n` : describeAdded(added));
  return 0;
}

/** What pull and push ask of skopeo alike. */
export function registryFor({ authfile, insecure, quiet }: Pick<Arguments<typeof ROW>, "authfile" | "insecure" | "quiet">) {
  return { authfile, isInsecure: insecure, showProgress: !quiet && isStderrTerminal() };
}
