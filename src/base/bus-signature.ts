/** Type signatures of D-Bus (D-Bus Specification, Summary of types). Pure. */

const BASIC = "bynqiuxtdsogv";
/** Of arrays, and of structs, within each other: what a D-Bus message may have. */
const DEEPEST = 32;

/** The types of which `signature` consists, in order; undefined if it is none. */
export function splitSignature(signature: string, depth = 0): string[] | undefined {
  const types: string[] = [];
  for (let at = 0; at < signature.length; ) {
    const end = endOfType(signature, at, depth);
    if (end === undefined) return undefined;
    types.push(signature.slice(at, end));
    at = end;
  }
  return types;
}

/** Where the one type ends that begins at `at`. */
export function endOfType(signature: string, at: number, depth = 0): number | undefined {
  const first = signature[at];
  if (first === undefined || depth > DEEPEST) return undefined;
  if (BASIC.includes(first)) return at + 1;
  if (first === "a") return endOfType(signature, at + 1, depth + 1);
  if (first !== "(") return undefined;
  let end: number | undefined = at + 1;
  while (end !== undefined && signature[end] !== ")") end = endOfType(signature, end, depth + 1);
  return end === undefined || end === at + 1 ? undefined : end + 1;
}
