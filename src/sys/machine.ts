/** The processor, as uname(2) calls it. */
export { machine } from "../engine/kernel.ts";
