/** Checks of JSON values, for what lamina wrote itself and reads back. Pure. */

export type Check = (value: unknown) => boolean;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** To the kernel, a NUL would end it. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && !value.includes("\0");
}

export function isPath(value: unknown): boolean {
  return isText(value) && value.startsWith("/");
}

export function isWhole(value: unknown, largest: number = Number.MAX_SAFE_INTEGER): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= largest;
}

export function isMap(value: unknown, check: Check): boolean {
  return isObject(value) && Object.values(value).every(check);
}

export function isList(value: unknown, check: Check): boolean {
  return Array.isArray(value) && value.every(check);
}

export function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}
