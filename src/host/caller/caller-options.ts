/** The options that create, run and exec share: what the caller gives a new process, and how it learns of it. */
import type { HostPath } from "../../base/paths.ts";
import type { Handover } from "../../plan/process/handover.ts";
import { absolutePath } from "../../sys/call/working-directory.ts";
import { listenFds } from "./listen-fds.ts";

export interface CallerOptions {
  /** Takes the process's terminal. */
  readonly consoleSocket: string | undefined;
  readonly pidfdSocket: string | undefined;
  readonly pidFile: string | undefined;
  /** Beside those of LISTEN_FDS. */
  readonly preserveFds: number;
}

/** Paths are the caller's. Throws code "usage". */
export function handoverOf({ preserveFds, pidFile, pidfdSocket }: CallerOptions): Handover {
  return { preserveFds: preserveFds + listenFds(), pidFile: absoluteIfGiven(pidFile), pidfdSocket: absoluteIfGiven(pidfdSocket) };
}

function absoluteIfGiven(path: string | undefined): HostPath | undefined {
  return path === undefined ? undefined : absolutePath(path);
}
