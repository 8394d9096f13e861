/** config.json `process.terminal` → the step that makes the container's terminal. Pure. */
import type { Process } from "../../spec/types.ts";
import type { InitStep, Planned } from "../steps/step.ts";

/** The terminal comes from the container's own devpts; its master end goes to the caller. */
export function planConsole(process: Process, ownMounts: boolean): Planned<InitStep>[] {
  if (process.terminal !== true) return [];
  const { height = 0, width = 0 } = process.consoleSize ?? {};
  return [
    {
      origin: "/process/terminal",
      step: { op: "openConsole", height: Number(height), width: Number(width), uid: process.user?.uid ?? 0, mount: ownMounts },
    },
  ];
}

/** For the stage that leads the session to the end: the terminal would go away with its leader. */
export function planControl({ terminal }: Process): Planned<InitStep>[] {
  return terminal === true ? [{ origin: "/process/terminal", step: { op: "controlTerminal" } }] : [];
}
