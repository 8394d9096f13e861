/** lamina image list */
import { plainJson } from "../../base/plain-json.ts";
import { platformText } from "../../image/format/platform.ts";
import { type CatalogEntry, readCatalog } from "../../image/store/catalog.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { JSON_OR_TABLE } from "../line/format-option.ts";
import type { CommandRow } from "../line/table-row.ts";
import { columns, shortDigest, sizeText } from "../text/columns.ts";

export const ROW = {
  summary: "list the images",
  details: "Lists the images in the store, with the size of their compressed layers.",
  positionals: [],
  options: [JSON_OR_TABLE, { name: "quiet", type: "boolean", alias: "q", summary: "print only the digests" }],
} as const satisfies CommandRow;

export function run(args: Arguments<typeof ROW>, context: Context): number {
  const entries = readCatalog(new ImageStore(context.imageRoot));
  for (const { name, entry, problems } of entries) {
    for (const problem of problems) context.warn(`image ${name ?? entry.digest}: ${problem}`);
  }
  if (args.quiet) for (const { entry } of entries) context.print(`${entry.digest}\n`);
  else context.print(args.format === "json" ? `${plainJson(JSON.stringify(entries.map(listed)))}\n` : formatTable(entries));
  return 0;
}

interface Listed {
  readonly name: string | undefined;
  readonly digest: string;
  readonly mediaType: string;
  readonly platforms: readonly string[];
  readonly layers: number;
  /** Of everything that the image needs, compressed as it is. */
  readonly size: number;
  readonly created: string | undefined;
}

function listed({ name, entry, images, blobs }: CatalogEntry): Listed {
  return {
    name,
    digest: entry.digest,
    mediaType: entry.mediaType,
    platforms: images.map(({ config }) => platformText(config.platform)),
    layers: images[0]?.manifest.layers.length ?? 0,
    size: [...blobs.values()].reduce((sum, { size }) => sum + size, 0),
    created: images[0]?.config.created,
  };
}

function formatTable(entries: readonly CatalogEntry[]): string {
  const rows = entries.map(listed).map(({ name, digest, platforms, layers, size, created }) => {
    return [
      name ?? "<none>",
      shortDigest(digest),
      platforms.join(",") || "-",
      String(layers),
      sizeText(size),
      created?.slice(0, 10) ?? "-",
    ];
  });
  return columns([["NAME", "DIGEST", "PLATFORM", "LAYERS", "SIZE", "CREATED"], ...rows]);
}
