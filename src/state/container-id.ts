/** A container's name: whatever runc accepts, since engines choose their ids for runc. */
import { RuntimeError } from "../base/errors.ts";

export type ContainerId = string & { readonly __brand: "ContainerId" };

const LONGEST = 255; // it becomes a directory's name

export function isContainerId(text: string): text is ContainerId {
  return /^[\w+,.-]+$/.test(text) && text !== "." && text !== ".." && text.length <= LONGEST;
}

export function requireContainerId(text: string): ContainerId {
  if (!isContainerId(text)) {
    const shown = text.length > 80 ? `${text.slice(0, 80)}… (${text.length} characters)` : text;
    throw new RuntimeError("usage", `invalid container ID format: ${JSON.stringify(shown)}`, {
      hint: `use 1 to ${LONGEST} letters, digits and any of _ + , . -, but not only dots`,
    });
  }
  return text;
}
