/** Generated from wire.ts by `npm run generate`: two builds that disagree refuse each other at the first word. */
export const WIRE_ID = 0x2b9ce31b;
