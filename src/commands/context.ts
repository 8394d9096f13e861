/** What every command is given beside its arguments: the global options with their defaults filled in, and where words go. */
import { type HostPath, hostPath } from "../base/paths.ts";
import type { GlobalValues } from "./arguments.ts";

export interface Globals {
  /** Directory of the containers' state. */
  readonly root: HostPath;
  readonly log: HostPath | undefined;
  readonly logFormat: "text" | "json";
  readonly debug: boolean;
  readonly systemdCgroup: boolean;
  readonly rootless: "auto" | boolean;
}

export interface Context extends Globals {
  /** Adds to the result, which goes to stdout when the command is done. */
  readonly print: (text: string) => void;
  /** For what the user should know although the command goes on: to stderr and the log, at once. */
  readonly warn: (message: string) => void;
  /** For whoever looks for a fault: nothing without --debug, so the message is not made then. */
  readonly trace: (message: () => string) => void;
}

/** The process that called lamina. */
export interface Caller {
  readonly uid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asked only when needed: both cost a system call, and the working directory may be gone. */
  readonly workingDirectory: () => string;
  readonly isInUserNamespace: () => Promise<boolean>;
}

export async function resolveGlobals(values: GlobalValues, caller: Caller): Promise<Globals> {
  return {
    root: values.root === undefined ? await defaultRoot(caller) : absolute(values.root, caller),
    log: values.log === undefined ? undefined : absolute(values.log, caller),
    logFormat: values.logFormat,
    debug: values.debug,
    systemdCgroup: values.systemdCgroup,
    rootless: values.rootless === "auto" ? "auto" : values.rootless === "true",
  };
}

/** As runc: a user's runtime directory also counts for a root that is one only in a user namespace, as Podman's is. */
async function defaultRoot(caller: Caller): Promise<HostPath> {
  const own = caller.env.XDG_RUNTIME_DIR;
  if (caller.uid !== 0) return hostPath(own ? `${own}/lamina` : `/tmp/lamina-${caller.uid}`, "/");
  const isMapped = own !== undefined && own !== "" && caller.env.USER !== "root" && (await caller.isInUserNamespace());
  return hostPath(isMapped ? `${own}/lamina` : "/run/lamina", "/");
}

function absolute(path: string, caller: Caller): HostPath {
  return path.startsWith("/") ? hostPath(path, "/") : hostPath(path, caller.workingDirectory());
}
