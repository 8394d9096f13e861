/** Generated from wire.ts by `npm run generate`: builds whose tables differ refuse each other at once. */
export const WIRE_ID = 0xd783c4ba;
