/** Names of stacks of layers (image-spec, config.md, Layer ChainID). */
import type { Digest } from "../../base/digest.ts";
import { digestOf } from "../../sys/library/hash.ts";

/** The name of the stack that has the layer `diffId` on top of `parent`. */
export function chainIdOf(parent: Digest | undefined, diffId: Digest): Digest {
  return parent === undefined ? diffId : digestOf(`${parent} ${diffId}`);
}
