/**
 * Values as GLib writes them in text (GVariant Text Format): `uint64 5`, `@as []`, `['a', 'b']`, `[('/dev/null', 'rw')]`. Pure.
 *
 * As in runc, a type is inferred where none is given: `5` is an int32. Variants, dictionaries and maybe types are not read: no property
 * of a scope has them.
 */

import { endOfType, splitSignature } from "../../base/bus-signature.ts";
import type { BusData, BusValue } from "../../base/bus-value.ts";
import { escapeOf, INTEGERS, KEYWORDS, TYPES_OF_TEXT } from "./variant-words.ts";

/** Why a text is none; the caller says where it stands. */
export class VariantFault extends Error {}

type Node =
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "text" | "bytes"; readonly value: string }
  | { readonly kind: "list" | "struct"; readonly items: readonly Node[] }
  | { readonly kind: "typed"; readonly signature: string; readonly of: Node };

const DEEPEST = 32;
const NUMBER = /^[+-]?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf|nan)$/;
const REAL = /^[+-]?(?:inf|nan|(?!0[xX]).*[.eE])/;

/** Throws a VariantFault. */
export function parseVariantText(text: string): BusValue {
  const reader = new Reader(text);
  const node = reader.value(0);
  reader.requireEnd();
  const signature = infer(node);
  if (signature === undefined) throw new VariantFault("an empty array needs a type, such as @as []");
  return { signature, value: convert(node, signature) };
}

/** Reads the text once, from left to right. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Node {
    if (depth > DEEPEST) throw new VariantFault(`it is nested more than ${DEEPEST} times`);
    const first = this.#next();
    if (first === "[") return { kind: "list", items: this.#items("]", depth) };
    if (first === "(") return { kind: "struct", items: this.#items(")", depth) };
    if (first === "'" || first === '"') return { kind: "text", value: withoutNul(this.#quoted()) };
    if (first === "b" && /^b['"]/.test(this.#rest())) {
      this.#at++;
      return { kind: "bytes", value: this.#quoted() };
    }
    return first === "@" ? this.#annotated(depth) : this.#word(depth);
  }

  requireEnd(): void {
    this.#next();
    if (this.#at < this.#text.length) throw new VariantFault(`${JSON.stringify(this.#rest())} follows the value`);
  }

  #items(end: string, depth: number): Node[] {
    const items: Node[] = [];
    this.#at++;
    while (this.#next() !== end) {
      items.push(this.value(depth + 1));
      const separator = this.#next();
      if (separator === ",") this.#at++;
      else if (separator !== end) throw new VariantFault(`"," or ${JSON.stringify(end)} is missing before ${JSON.stringify(this.#rest())}`);
    }
    this.#at++;
    return items;
  }

  #annotated(depth: number): Node {
    this.#at++;
    const end = endOfType(this.#text, this.#at);
    if (end === undefined) throw new VariantFault(`${JSON.stringify(this.#rest())} does not begin with a type`);
    const signature = this.#text.slice(this.#at, end);
    this.#at = end;
    return { kind: "typed", signature, of: this.value(depth + 1) };
  }

  #word(depth: number): Node {
    const word = /^[^\s,()[\]'"]*/.exec(this.#rest())?.[0] ?? "";
    if (word === "") throw new VariantFault(this.#rest() === "" ? "a value is missing" : `${JSON.stringify(this.#rest())} is no value`);
    this.#at += word.length;
    if (word === "true" || word === "false") return { kind: "boolean", value: word === "true" };
    if (NUMBER.test(word)) return { kind: "number", text: word };
    if (!Object.hasOwn(KEYWORDS, word)) throw new VariantFault(`${word} is no value and no type; text stands in quotes`);
    return { kind: "typed", signature: KEYWORDS[word] ?? "", of: this.value(depth + 1) };
  }

  #quoted(): string {
    const quote = this.#text[this.#at++];
    let value = "";
    for (;;) {
      const letter = this.#text[this.#at++];
      if (letter === undefined) throw new VariantFault("a quote is not closed");
      if (letter === quote) return value;
      if (letter !== "\\") value += letter;
      else {
        const { character, length } = escapeOf(this.#rest());
        if (character === undefined) throw new VariantFault(`${JSON.stringify(`\\${this.#rest()}`)} is no escape`);
        value += character;
        this.#at += length;
      }
    }
  }

  /** The next character that is no space; undefined at the end. */
  #next(): string | undefined {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
    return this.#text[this.#at];
  }

  #rest(): string {
    return this.#text.slice(this.#at);
  }
}

/** To D-Bus, it would end the text. */
function withoutNul(text: string): string {
  if (text.includes("\0")) throw new VariantFault("there is a NUL in the text");
  return text;
}

/** The type that a value has by itself; undefined for an empty array. */
function infer(node: Node): string | undefined {
  switch (node.kind) {
    case "boolean":
      return "b";
    case "number":
      return REAL.test(node.text) ? "d" : "i";
    case "text":
      return "s";
    case "bytes":
      return "ay";
    case "typed":
      return node.signature;
    case "struct": {
      const members = node.items.map(infer);
      if (members.length === 0) throw new VariantFault("a struct has members");
      return members.includes(undefined) ? undefined : `(${members.join("")})`;
    }
    case "list": {
      const element = inferElement(node.items);
      return element === undefined ? undefined : `a${element}`;
    }
    default:
      return node satisfies never;
  }
}

/** What says its type decides, then a number with a fraction, then the first that has one. */
function inferElement(items: readonly Node[]): string | undefined {
  const typed = items.find(({ kind }) => kind === "typed");
  if (typed !== undefined) return infer(typed);
  const types = items.map(infer);
  return types.includes("d") && types.every((type) => type === "d" || type === "i") ? "d" : types.find((type) => type !== undefined);
}

function convert(node: Node, signature: string): BusData {
  if (node.kind === "typed") {
    if (node.signature !== signature) throw misfit(node, signature);
    return convert(node.of, signature);
  }
  if (node.kind === "list" && signature.startsWith("a")) return node.items.map((item) => convert(item, signature.slice(1)));
  if (node.kind === "bytes" && signature === "ay") return bytesOf(node.value);
  if (node.kind === "struct" && signature.startsWith("(")) {
    const types = splitSignature(signature.slice(1, -1)) ?? [];
    if (types.length !== node.items.length) throw misfit(node, signature);
    return node.items.map((item, i) => convert(item, types[i] ?? ""));
  }
  if (node.kind === "boolean" && signature === "b") return node.value;
  if (node.kind === "text" && TYPES_OF_TEXT.includes(signature)) return node.value;
  if (node.kind === "number" && signature === "d") return real(node.text);
  if (node.kind === "number" && Object.hasOwn(INTEGERS, signature)) return whole(node.text, signature);
  throw misfit(node, signature);
}

function whole(text: string, signature: string): bigint {
  const [least, most] = INTEGERS[signature] ?? [0n, 0n];
  if (REAL.test(text)) throw new VariantFault(`${text} is not a whole number`);
  const digits = text.replace(/^[+-]/, "");
  if (/^0\d/.test(digits) && !/^0[0-7]+$/.test(digits)) throw new VariantFault(`${text} begins as an octal number and is none`);
  const magnitude = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = text.startsWith("-") ? -magnitude : magnitude;
  if (value < least || value > most) throw new VariantFault(`${text} is not between ${least} and ${most}, as type ${signature} is`);
  return value;
}

function real(text: string): number {
  const digits = text.replace(/^[+-]/, "");
  const value = digits === "inf" ? Number.POSITIVE_INFINITY : digits === "nan" ? Number.NaN : Number(digits);
  return text.startsWith("-") ? -value : value;
}

/** A byte string is closed by a zero, as GLib has it, which is no byte of a property's: runc leaves it out, and so do we. */
function bytesOf(text: string): bigint[] {
  return [...text].map((character) => {
    const byte = character.codePointAt(0) ?? 0;
    if (byte > 255) throw new VariantFault(`${JSON.stringify(character)} is no byte`);
    return BigInt(byte);
  });
}

function misfit(node: Node, signature: string): VariantFault {
  return new VariantFault(
    `a ${node.kind === "typed" ? `value of type ${node.signature}` : node.kind} stands where type ${signature} is expected`,
  );
}
