/** Generated from wire.ts by `npm run generate`: builds whose tables differ refuse each other at once. */
export const WIRE_ID = 0x323ef8fd;
