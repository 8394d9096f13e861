/** Names of content: digests of bytes (image-spec, descriptor.md). What computes them is sys/library/hash.ts. Pure. */
import { hexAfter } from "../engine/bytes.ts";
import { RuntimeError } from "./errors.ts";

/** `sha256:` and 64 lower-case hex digits. */
export type Digest = `sha256:${string}` & { readonly __brand: "Digest" };

const DIGITS = 64;

export function isDigest(text: unknown): text is Digest {
  return typeof text === "string" && hexAfter("sha256:", text) === DIGITS;
}

/** Longer than any digest. */
const LONGEST_SHOWN = 200;

/** Throws code "integrity" with `what` in the message if `text` is no digest. Upper-case hex is none. */
export function parseDigest(text: unknown, what: string): Digest {
  if (isDigest(text)) return text;
  const accepted = "sha256: and 64 lower-case hex digits are accepted";
  const shown = typeof text === "string" ? JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text) : "it";
  throw new RuntimeError("integrity", `cannot read ${what}: ${shown} is no digest`, { hint: accepted });
}

/** The digits behind `sha256:`, which name a file. */
export function hexOf(digest: Digest): string {
  return digest.slice("sha256:".length);
}

/** `hex` comes from a hash function. */
export function digestFromHex(hex: string): Digest {
  return `sha256:${hex}` as Digest;
}
