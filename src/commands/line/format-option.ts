/** The option `--format` of commands that print for people or for programs. */
import type { Option } from "./table-row.ts";

export const JSON_OR_TABLE = {
  name: "format",
  type: "string",
  alias: "f",
  choices: ["table", "json"],
  default: "table",
  value: "format",
  summary: "table for people or json for programs",
} as const satisfies Option;

export const JSON_OR_TEXT = {
  name: "format",
  type: "string",
  alias: "f",
  choices: ["text", "json"],
  default: "text",
  value: "format",
  summary: "text for people or json for programs",
} as const satisfies Option;
