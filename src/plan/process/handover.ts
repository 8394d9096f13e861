/** What passes between the runtime's caller and a new process of a container. No code. */
import type { HostPath } from "../../base/paths.ts";

export interface Handover {
  /** How many descriptors from 3 on the process keeps. */
  readonly preserveFds: number;
  /** The caller learns of the process by its pid in a file, or by a pidfd sent to a socket. */
  readonly pidFile: HostPath | undefined;
  readonly pidfdSocket: HostPath | undefined;
}
