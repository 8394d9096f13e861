/** What every command is given beside its arguments: the global options with their defaults filled in, and where words go. */
import { type HostPath, hostPath } from "../../base/paths.ts";
import type { Recorder } from "../../host/timeline/recorder.ts";
import type { GlobalValues } from "./arguments.ts";

export interface Globals {
  /** Directory of the containers' state. */
  readonly root: HostPath;
  /** It was named on the command line. */
  readonly isRootGiven: boolean;
  /** Directory of the image store. */
  readonly imageRoot: HostPath;
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
  /** Measures what is done; absent unless somebody wants to know. */
  readonly timeline?: Recorder | undefined;
}

/** The process that called lamina. */
export interface Caller {
  readonly uid: number;
  readonly environmentVariable: (name: string) => string | undefined;
  /** Asked only when needed: they cost system calls, and the working directory may be gone. */
  readonly workingDirectory: () => string;
  readonly isInUserNamespace: () => boolean;
}

export function resolveGlobals(values: GlobalValues, caller: Caller): Globals {
  const needsDefault = values.root === undefined || values.imageRoot === undefined;
  const isUser = needsDefault && isUserOf(caller);
  return {
    root: values.root === undefined ? defaultRoot(caller, isUser) : absolute(values.root, caller),
    isRootGiven: values.root !== undefined,
    imageRoot: values.imageRoot === undefined ? defaultImageRoot(caller, isUser) : absolute(values.imageRoot, caller),
    log: values.log === undefined ? undefined : absolute(values.log, caller),
    logFormat: values.logFormat,
    debug: values.debug,
    systemdCgroup: values.systemdCgroup,
    rootless: values.rootless === "auto" ? "auto" : values.rootless === "true",
  };
}

/** As runc: who has a runtime directory of his own and is root only in a user namespace, as under Podman, is a user. */
function isUserOf({ uid, environmentVariable, isInUserNamespace }: Caller): boolean {
  return uid !== 0 || (!!environmentVariable("XDG_RUNTIME_DIR") && environmentVariable("USER") !== "root" && isInUserNamespace());
}

function defaultRoot({ uid, environmentVariable }: Caller, isUser: boolean): HostPath {
  if (!isUser) return hostPath("/run/lamina", "/");
  const directory = environmentVariable("XDG_RUNTIME_DIR");
  return hostPath(directory ? `${directory}/lamina` : `/tmp/lamina-${uid}`, "/");
}

/** Where the user's programs keep their data (XDG base directory specification). */
function defaultImageRoot({ uid, environmentVariable }: Caller, isUser: boolean): HostPath {
  if (!isUser) return hostPath("/var/lib/lamina", "/");
  const home = environmentVariable("HOME");
  const data = environmentVariable("XDG_DATA_HOME") || (home ? `${home}/.local/share` : `/var/tmp/lamina-${uid}`);
  return hostPath(`${data}/lamina`, "/");
}

function absolute(path: string, caller: Caller): HostPath {
  return path.startsWith("/") ? hostPath(path, "/") : hostPath(path, caller.workingDirectory());
}
