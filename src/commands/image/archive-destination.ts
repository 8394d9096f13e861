/** Where an archive may be written to. */
import { RuntimeError } from "../../base/errors.ts";
import { isStdoutTerminal } from "../../host/caller/output.ts";

export function requireArchiveDestination(destination: string): void {
  if (destination === "-" && isStdoutTerminal()) throw new RuntimeError("usage", "cannot export to standard output: it is a terminal");
}
