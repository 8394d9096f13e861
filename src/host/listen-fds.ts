/** sd_listen_fds(3): the caller's sockets are the container's, whose program learns of them as if it were the first process. */
import { RuntimeError } from "../base/errors.ts";
import type { Process } from "../spec/types.ts";
import { environmentVariable } from "../sys/environment.ts";

/** How many the caller passes, from 3 on. Throws code "usage". */
export function listenFds(): number {
  const text = environmentVariable("LISTEN_FDS");
  if (text === undefined || text === "") return 0;
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new RuntimeError("usage", `cannot pass on sockets: LISTEN_FDS is ${JSON.stringify(text)}, not a number`);
}

export function withListenFds(process: Process, count: number): Process {
  return count === 0 ? process : { ...process, env: [...(process.env ?? []), `LISTEN_FDS=${count}`, "LISTEN_PID=1"] };
}
