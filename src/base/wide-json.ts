/** JSON with integers of 64 bits, which JSON.stringify refuses. Pure. */

export type WideJson = string | number | bigint | boolean | null | readonly WideJson[] | { readonly [key: string]: WideJson | undefined };

/** On one line. A member that is undefined is left out. */
export function formatWideJson(value: WideJson): string {
  if (typeof value === "bigint") return `${value}`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(formatWideJson).join(",")}]`;
  const members = Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : [`${JSON.stringify(key)}:${formatWideJson(member)}`],
  );
  return `{${members.join(",")}}`;
}

function isList(value: object): value is readonly WideJson[] {
  return Array.isArray(value);
}
