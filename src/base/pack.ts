/** Numbers, texts and bytes as one piece of memory. Pure. */
export { type Packable, pack } from "../engine/bytes.ts";
