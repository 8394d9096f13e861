/** Calls for engine-fuzz.ts of functions that turn text and numbers into bytes, and back, or look at them. */
import {
  decode,
  decodeLatin1,
  encode,
  encodeLatin1,
  hexAfter,
  isCleanPath,
  measureJson,
  pack,
  putLatin1,
  readFields,
  sumBytes,
  writeFields,
} from "#host";
import { TEXTS } from "./fuzz-values.ts";

export type Any = (...args: unknown[]) => unknown;

/** What chooses arguments, at random. */
export interface Chance {
  readonly random: (limit: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
  readonly mostly: (fits: () => unknown) => unknown;
  readonly many: (make: () => unknown, limit: number) => unknown[];
  readonly keptMemory: () => unknown;
  readonly anything: () => unknown;
}

export const bytesActions = ({ random, pick, mostly, many, keptMemory, anything }: Chance): readonly (() => unknown)[] => [
  () =>
    (encode as Any)(
      mostly(() => pick(TEXTS)),
      ...many(() => random(2) === 0, 3),
    ),
  () =>
    (pack as Any)(
      mostly(() => many(() => mostly(() => many(anything, 4)), 5)),
      ...many(anything, 1),
    ),
  () =>
    (readFields as Any)(
      mostly(keptMemory),
      mostly(() => random(40)),
      mostly(() => Uint8Array.from({ length: random(9) }, () => random(random(2) === 0 ? 4 : 30))),
    ),
  () =>
    (putLatin1 as Any)(
      mostly(keptMemory),
      mostly(() => random(20)),
      mostly(() => pick(TEXTS)),
    ),
  () =>
    (writeFields as Any)(
      mostly(keptMemory),
      mostly(() => random(20)),
      Uint8Array.of(1, random(20), pick([1, 3, 3, 0]), random(20)),
      mostly(() => pick(TEXTS)),
      ...many(() => mostly(() => random(99)), 3),
    ),
  () => (pick([decode, decodeLatin1, sumBytes]) as Any)(mostly(keptMemory), ...many(() => mostly(() => random(40)), 3)),
  () =>
    (encodeLatin1 as Any)(
      mostly(() => pick(TEXTS)),
      ...many(() => random(2) === 0, 3),
    ),
  () => (measureJson as Any)(mostly(keptMemory)),
  () => (measureJson as Any)(encode(many(() => pick(['"', "\\", "[", "}", ","]), 9).join(""))),
  () =>
    (hexAfter as Any)(
      mostly(() => pick(["", "sha256:", ...TEXTS])),
      mostly(() => pick(["", "sha256:", "sha256:0f", ...TEXTS])),
    ),
  () => (isCleanPath as Any)(mostly(() => many(() => pick(["/", ".", ...TEXTS]), 5).join(""))),
];
