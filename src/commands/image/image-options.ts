/** Arguments and options that commands on images share. */
import type { Option, Positional } from "../line/table-row.ts";

export const IMAGE = { name: "image", summary: "name of an image in the store, or a prefix of its digest" } as const satisfies Positional;

export const PLATFORM = {
  name: "platform",
  type: "string",
  value: "os/arch",
  summary: "choose this platform of a multi-platform image; default: this machine's",
} as const satisfies Option;

export const ALL_PLATFORMS = {
  name: "all-platforms",
  type: "boolean",
  summary: "take all platforms of a multi-platform image; only this machine's layers are unpacked",
} as const satisfies Option;

export const REGISTRY = [
  { name: "authfile", type: "string", value: "file", summary: "credentials file, as used by skopeo and docker" },
  { name: "insecure", type: "boolean", summary: "accept plain HTTP and unverified certificates" },
  { name: "quiet", type: "boolean", alias: "q", summary: "print only the digest" },
] as const satisfies readonly Option[];
