/** The environment of this process, as execve(2) passed it on. environ(7) */
import { environment } from "../../engine/process.ts";

export { environment } from "../../engine/process.ts";

/** As getenv(3): of equal names the first one counts. */
export function environmentVariable(name: string): string | undefined {
  const start = `${name}=`;
  return environment()
    .find((entry) => entry.startsWith(start))
    ?.slice(start.length);
}
