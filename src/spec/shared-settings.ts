/** Settings of config.json that hold for each process of a container, those that `exec` adds included. */
import type { IdMapping, MemoryPolicy, NamespaceType, Personality, Seccomp } from "./types.ts";

export interface SharedSettings {
  /** Each type that config.json names, with a path or without. */
  readonly namespaces: readonly NamespaceType[];
  /** Of a user namespace made for the container. */
  readonly uidMappings?: readonly IdMapping[];
  readonly gidMappings?: readonly IdMapping[];
  readonly personality?: Personality;
  readonly memoryPolicy?: MemoryPolicy;
  /** How the compiled filter is loaded. Its rules may be missing, but for one that notifies a listener. */
  readonly seccomp?: Seccomp;
  /** False with `--no-new-keyring`. */
  readonly newKeyring: boolean;
}
