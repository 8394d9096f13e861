/**
 * Lists of any length, one behind the other. A spread in a call (`push(...more)`, `Math.min(...list)`) makes each element an argument, and the
 * engine takes 65,535 of them: whoever decides on the length could end lamina.
 */

/** Adds all of `more` to the end of `list`. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const one of more) list.push(one);
}

/** Infinity if there is none. */
export function smallest(numbers: Iterable<number>): number {
  let found = Number.POSITIVE_INFINITY;
  for (const one of numbers) found = Math.min(found, one);
  return found;
}

/** -Infinity if there is none. */
export function largest(numbers: Iterable<number>): number {
  let found = Number.NEGATIVE_INFINITY;
  for (const one of numbers) found = Math.max(found, one);
  return found;
}
