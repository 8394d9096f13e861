/** Calls for engine-fuzz.ts of functions that turn text and numbers into bytes, and back. */
import { decode, encode, pack, putLatin1, readFields, writeFields } from "#host";
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
  () => (decode as Any)(mostly(keptMemory), ...many(() => mostly(() => random(40)), 3)),
];
