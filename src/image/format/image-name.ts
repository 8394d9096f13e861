/** Names of images in a store: what may be one, and which entry of index.json a word means. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { type Descriptor, NAME_ANNOTATION } from "./manifest.ts";
import { commandForTransport } from "./transport.ts";

/** image-spec, annotations.md: components of letters, digits and single separators, with slashes between them. */
const NAME = /^[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*(?:\/[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*)*$/;
/** What registries and engines take besides (distribution, reference): more separators, and any tag. */
const PATH = /[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*/.source;
const REFERENCE = new RegExp(
  `^(?:[A-Za-z0-9]+(?:(?:\\.|-+)[A-Za-z0-9]+)*(?::\\d+)?/)?${PATH}(?:/${PATH})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);
const LONGEST = 255;

export function requireImageName(name: string): string {
  if (name.length <= LONGEST && (NAME.test(name) || REFERENCE.test(name))) return name;
  throw new RuntimeError("usage", `cannot use ${JSON.stringify(name.slice(0, LONGEST))} as name of an image: it is none`, {
    hint: "letters and digits with . _ - : + @ or / between them are accepted, as in debian:12",
  });
}

export function nameOf(entry: Descriptor): string | undefined {
  return entry.annotations?.[NAME_ANNOTATION];
}

export function named(entry: Descriptor, name: string | undefined): Descriptor {
  const { [NAME_ANNOTATION]: _, ...others } = entry.annotations ?? {};
  const annotations = name === undefined ? others : { ...others, [NAME_ANNOTATION]: name };
  const { annotations: __, ...rest } = entry;
  return Object.keys(annotations).length === 0 ? rest : { ...rest, annotations };
}

interface Findable {
  readonly name: string | undefined;
  readonly digest: unknown;
}

/**
 * The entry that `word` means: that of this very name; then with or without `:latest`; then the one whose digest begins
 * so, with or without `sha256:`. Throws if there is none, or more than one.
 */
export function findImage<T extends Findable>(entries: readonly T[], word: string): T {
  const names = [word, word.endsWith(":latest") ? word.slice(0, -":latest".length) : `${word}:latest`];
  for (const wanted of names) {
    const entry = entries.find(({ name }) => name === wanted);
    if (entry !== undefined) return entry;
  }
  const hex = word.startsWith("sha256:") ? word.slice("sha256:".length) : word;
  const beginning = `sha256:${hex}`;
  const isFound = ({ digest }: T): boolean => typeof digest === "string" && digest.startsWith(beginning);
  const found = /^[0-9a-f]{4,64}$/.test(hex) ? entries.filter(isFound) : [];
  const [first] = found;
  if (first === undefined) {
    const elsewhere = commandForTransport(word);
    throw new RuntimeError("not-found", `cannot find image ${JSON.stringify(word)}: there is none of that name`, {
      hint: elsewhere === undefined ? "see lamina image list" : `bring it into the store first: lamina image ${elsewhere} ${word}`,
    });
  }
  if (found.some(({ digest }) => digest !== first.digest)) {
    throw new RuntimeError("usage", `cannot find image ${JSON.stringify(word)}: several digests begin so`, { hint: "give more digits" });
  }
  return first;
}
