/** Where an archive may be written to. */
import { RuntimeError } from "../base/errors.ts";

export function requireArchiveDestination(destination: string): void {
  if (destination === "-" && process.stdout.isTTY) throw new RuntimeError("usage", "cannot export to standard output: it is a terminal");
}
