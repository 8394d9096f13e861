/** sd_listen_fds(3): the caller's sockets are the container's, whose program learns of them as if it were the first process. */
import { RuntimeError } from "../../base/errors.ts";
import type { Process } from "../../spec/types.ts";
import { environmentVariable } from "../../sys/call/environment.ts";
import { ownPid } from "../../sys/call/own-ids.ts";

/**
 * How many the caller passes, from 3 on. What was given to somebody else, who started our caller, is not ours (LISTEN_PID). Throws code
 * "usage".
 */
export function listenFds(): number {
  const text = environmentVariable("LISTEN_FDS") ?? "";
  if (text === "" || environmentVariable("LISTEN_PID") !== String(ownPid())) return 0;
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new RuntimeError("usage", `cannot pass on sockets: LISTEN_FDS is ${JSON.stringify(text)}, not a number`);
}

export function withListenFds(process: Process, count: number): Process {
  return count === 0 ? process : { ...process, env: [...(process.env ?? []), `LISTEN_FDS=${count}`, "LISTEN_PID=1"] };
}
