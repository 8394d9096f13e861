/** The rows of `lamina volume …` in the command line; see table.ts. */
import { JSON_OR_TABLE } from "./format-option.ts";
import type { CommandRow } from "./table-row.ts";

export const VOLUME_COMMANDS = {
  "volume list": {
    summary: "list named volumes",
    details: "Lists the volumes made by `--volume NAME:/DIR`, their size and the bundles that mount them.",
    positionals: [],
    options: [JSON_OR_TABLE, { name: "quiet", type: "boolean", alias: "q", summary: "print only the names" }],
  },
  "volume rm": {
    summary: "remove a named volume and its files",
    details: "Removes a volume permanently. A volume that a bundle mounts is refused, whether or not its container runs.",
    positionals: [{ name: "volume", summary: "name of a volume" }],
    options: [],
  },
} as const satisfies Readonly<Record<string, CommandRow>>;
