/** config.json `process.terminal` → the step that makes the container's terminal. Pure. */
import type { Process } from "../spec/types.ts";
import type { InitStep, Planned } from "./step.ts";

/** The terminal belongs to the container's own devpts; its master end goes to the caller. */
export function planConsole(process: Process, ownMounts: boolean): Planned<InitStep>[] {
  if (process.terminal !== true) return [];
  const { height = 0, width = 0 } = process.consoleSize ?? {};
  return [{ origin: "/process/terminal", step: { op: "openConsole", height, width, uid: process.user?.uid ?? 0, mount: ownMounts } }];
}

/** By who leads the session to the end: with that the terminal would go. */
export function planControl({ terminal }: Process): Planned<InitStep>[] {
  return terminal === true ? [{ origin: "/process/terminal", step: { op: "controlTerminal" } }] : [];
}
