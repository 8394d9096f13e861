/** Where values of config.json and layers.json stand, for those who tell about them. Pure. */
import { parseOrigin } from "../../base/origin.ts";
import { Places } from "../../spec/json-positions.ts";

/** The texts of a bundle's files. */
export interface BundleTexts {
  readonly text: string;
  readonly layers: { readonly text: string } | undefined;
}

export interface OriginPlace {
  /** `config.json:12:7` */
  readonly location: string;
  /** In that file. */
  readonly pointer: string;
  readonly offset: number;
}

/** Each text is gone through once, whatever the number of origins. */
export class OriginPlaces {
  readonly #config: FilePlaces;
  readonly #layers: FilePlaces;

  constructor({ text, layers }: BundleTexts, origins: Iterable<string>) {
    const parsed = [...origins].map(parseOrigin);
    const pointersIn = (name: string): string[] => parsed.filter(({ file }) => file === name).map(({ pointer }) => pointer);
    this.#config = placesIn("config.json", text, pointersIn("config.json"));
    this.#layers = placesIn("layers.json", layers?.text ?? "", pointersIn("layers.json"));
  }

  /** A value that is not there (a default asked for it) is looked for where it would be; undefined for config.json as a whole. */
  find(origin: string): OriginPlace | undefined {
    const { file, pointer } = parseOrigin(origin);
    if (file === "config.json") return this.#config(pointer);
    return this.#layers(pointer) ?? { location: `${file}:1:1`, pointer, offset: 0 };
  }
}

export function placeOrigin(bundle: BundleTexts, origin: string): OriginPlace | undefined {
  return new OriginPlaces(bundle, [origin]).find(origin);
}

/** Where a value stands in any text; undefined for the text as a whole. */
export function placeIn(file: string, text: string, pointer: string): OriginPlace | undefined {
  return placesIn(file, text, [pointer])(pointer);
}

type FilePlaces = (pointer: string) => OriginPlace | undefined;

function placesIn(file: string, text: string, pointers: readonly string[]): FilePlaces {
  if (text === "" || pointers.length === 0) return () => undefined;
  const places = new Places(text, pointers);
  return (pointer) => {
    const span = places.nearestSpan(pointer);
    if (span.start === places.nearestSpan("").start) return undefined;
    const { line, column } = places.place(span);
    return { location: `${file}:${line}:${column}`, pointer, offset: span.start };
  };
}
