/** Whether a process of init's has executed the program: both this and its end close the socket that it was heard by. */
import { readProcess } from "../../state/status.ts";
import { InitLost } from "./handshake.ts";

/**
 * When that socket is closed. Throws InitLost if the process ended instead. One that its parent has reaped meanwhile, and one that took no
 * next stage to the program, tell nothing. `startTime`, if it is known, keeps another one with its pid apart.
 */
export function requireProgramBegun(pid: number, startTime?: string): void {
  const process = readProcess(pid);
  if (process === undefined || process.hasExecuted) return;
  if (startTime === undefined || startTime === process.startTime) throw new InitLost("its program began");
}
