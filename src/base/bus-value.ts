/** Values on D-Bus as data (D-Bus Specification, Type System). No code. */

/** Booleans, numbers (whole ones may be bigints), text, variants, and lists: arrays, structs and dictionary entries alike. */
export type BusData = boolean | number | bigint | string | BusValue | readonly BusData[];

/** `signature` is one complete type, such as `t` or `a(ss)`, and `value` is of it. */
export interface BusValue {
  readonly signature: string;
  readonly value: BusData;
}
