/** Whether CRIU's images can be read: of one that is cut off CRIU reads for ever what is not there, and of a FIFO what nobody writes. */
import { RuntimeError } from "../../base/errors.ts";
import { parseOwnJson } from "../../base/own-json.ts";
import type { HostPath } from "../../base/paths.ts";
import { readDirectory, readTextIfThere, requireAtRest, statIfThere } from "../../sys/file/file.ts";
import { replaceFile } from "../../sys/file/replace-file.ts";

const SIZES = "sizes.json";
const LARGEST = 16 << 20;

/** Once CRIU has written them, and before the processes end. */
export function writeImageSizes(images: HostPath): void {
  const names = (readDirectory(images) ?? []).map(({ name }) => name).filter((name) => name.endsWith(".img"));
  const sizes = names.map((name) => [name, statIfThere(`${images}/${name}`)?.size ?? 0] as const);
  replaceFile(`${images}/${SIZES}`, JSON.stringify(Object.fromEntries(sizes)), { mode: 0o600 });
}

/** Throws code "integrity" if one is not as long as it was; "unsupported" for what is no file. Those of runc have no list. */
export function requireWholeImages(images: HostPath): void {
  for (const { name } of readDirectory(images) ?? []) requireAtRest(`${images}/${name}`);
  const text = readTextIfThere(`${images}/${SIZES}`, { limit: LARGEST });
  for (const [name, size] of text === undefined ? [] : parseSizes(text, images)) {
    const found = name.includes("/") ? undefined : statIfThere(`${images}/${name}`)?.size;
    if (found === size) continue;
    const what = found === undefined ? `${name} is missing` : `${name} has ${found} bytes instead of ${size}`;
    throw new RuntimeError("integrity", `cannot use the checkpoint in ${images}: ${what}`, { hint: "was it copied in whole?" });
  }
}

function parseSizes(text: string, images: HostPath): [string, unknown][] {
  const value = parseOwnJson(text);
  if (typeof value === "object" && value !== null) return Object.entries(value);
  throw new RuntimeError("integrity", `cannot use the checkpoint in ${images}: ${SIZES} is damaged`);
}
