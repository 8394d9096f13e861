/** What every operation on containers is given by its command. No code. */
import type { HostPath } from "../base/paths.ts";

export interface HostContext {
  /** Directory of the containers' state. */
  readonly root: HostPath;
  readonly systemdCgroup: boolean;
  readonly rootless: "auto" | boolean;
  readonly warn: (message: string) => void;
  readonly trace: (message: () => string) => void;
}
