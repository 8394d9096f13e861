/** The environment of this process, as execve(2) passed it on. environ(7) */
import { environmentVariable as findVariable } from "../../engine/process.ts";

export { environment } from "../../engine/process.ts";

/** As getenv(3): of equal names the first one counts. */
export function environmentVariable(name: string): string | undefined {
  return findVariable(name) ?? undefined;
}
