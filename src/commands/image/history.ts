/** lamina image history */

import type { Digest } from "../../base/digest.ts";
import { plainJson } from "../../base/plain-json.ts";
import type { HistoryEntry } from "../../image/format/image-config.ts";
import { parsePlatform } from "../../image/format/platform.ts";
import { type Image, readImage } from "../../image/store/image.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { JSON_OR_TABLE } from "../line/format-option.ts";
import type { CommandRow } from "../line/table-row.ts";
import { columns, shortDigest, sizeText } from "../text/columns.ts";
import { IMAGE, PLATFORM } from "./image-options.ts";

export const ROW = {
  summary: "list the steps that made an image",
  details: "Lists the history in the image's configuration, newest first, with the layers that each step made.",
  positionals: [IMAGE],
  options: [PLATFORM, JSON_OR_TABLE],
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  const store = new ImageStore(context.imageRoot);
  const platform = args.platform === undefined ? undefined : parsePlatform(args.platform);
  const steps = stepsOf(await readImage(store.blobs, store.find(args.image), platform)).reverse();
  context.print(args.format === "json" ? `${plainJson(JSON.stringify(steps))}\n` : formatTable(steps));
  return 0;
}

interface Step extends HistoryEntry {
  /** Of its layer's archive. */
  readonly digest: Digest | undefined;
  readonly size: number | undefined;
}

/** Layers that the history does not mention come as steps of their own. */
export function stepsOf({ manifest, config }: Image): Step[] {
  const layers = [...manifest.layers];
  const steps = config.history.map((entry) => {
    const layer = entry.isEmpty ? undefined : layers.shift();
    return { ...entry, digest: layer?.digest, size: layer?.size };
  });
  const untold = { created: undefined, createdBy: undefined, author: undefined, comment: undefined, isEmpty: false };
  return [...steps, ...layers.map(({ digest, size }) => ({ ...untold, digest, size }))];
}

function formatTable(steps: readonly Step[]): string {
  const rows = steps.map(({ digest, size, created, createdBy, comment }) => [
    digest === undefined ? "-" : shortDigest(digest),
    size === undefined ? "-" : sizeText(size),
    created?.slice(0, 19).replace("T", " ") ?? "-",
    [createdBy ?? "", comment === undefined ? "" : `(${comment})`].filter((part) => part !== "").join(" "),
  ]);
  return columns([["LAYER", "SIZE", "CREATED", "MADE BY"], ...rows]);
}
