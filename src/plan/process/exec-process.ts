/** What the caller of exec says of the process, and what the container says for the rest → the process. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import type { Capabilities, Process } from "../../spec/types.ts";

/** The options that say something of the process. */
export interface ProcessOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly cwd: string | undefined;
  /** Added to the container's. */
  readonly env: readonly string[];
  readonly tty: boolean;
  /** UID[:GID] */
  readonly user: string | undefined;
  readonly additionalGids: readonly string[];
  readonly cap: readonly string[];
  readonly noNewPrivs: boolean;
  readonly processLabel: string | undefined;
  readonly apparmor: string | undefined;
}

/** Messages are runc's. */
export function processOf(container: Process, options: ProcessOptions): Process {
  const { command, cwd, env, tty, user, additionalGids, cap, noNewPrivs, processLabel, apparmor } = options;
  if (command.length === 0)
    throw usage("process args cannot be empty", "name a program behind the container's id, or a file with --process");
  if (cwd !== undefined && !cwd.startsWith("/")) throw usage("Cwd must be an absolute path", "--cwd is a directory in the container");
  const nameless = env.find((entry) => entry.indexOf("=") < 1);
  if (nameless !== undefined) throw usage(`invalid environment variable: ${JSON.stringify(nameless)}`, "--env is NAME=value");
  const gids = additionalGids.flatMap((text) => text.split(",")).map(parseGroup);
  return {
    ...container,
    args: command,
    terminal: tty,
    env: [...(container.env ?? []), ...env],
    user: { ...container.user, ...parseUser(user), additionalGids: [...(container.user?.additionalGids ?? []), ...gids] },
    ...(cwd === undefined ? {} : { cwd }),
    ...(cap.length === 0 ? {} : { capabilities: withCapabilities(container.capabilities ?? {}, cap) }),
    ...(noNewPrivs ? { noNewPrivileges: true } : {}),
    ...(processLabel === undefined ? {} : { selinuxLabel: processLabel }),
    ...(apparmor === undefined ? {} : { apparmorProfile: apparmor }),
  };
}

/** A process.json says everything about the process; but what confines the container's own confines others too, unless it names something else. */
export function completeProcess(process: Process, container: Process): Process {
  const { capabilities, oomScoreAdj, scheduler, ioPriority, execCPUAffinity, apparmorProfile, selinuxLabel } = container;
  return {
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(oomScoreAdj === undefined ? {} : { oomScoreAdj }),
    ...(scheduler === undefined ? {} : { scheduler }),
    ...(ioPriority === undefined ? {} : { ioPriority }),
    ...(execCPUAffinity === undefined ? {} : { execCPUAffinity }),
    ...process,
    apparmorProfile: process.apparmorProfile || apparmorProfile || "",
    selinuxLabel: process.selinuxLabel || selinuxLabel || "",
  };
}

/** Not the inheritable set, which would pass them on to whatever the program executes (CVE-2022-29162), nor the ambient one. */
function withCapabilities(sets: Capabilities, more: readonly string[]): Capabilities {
  const add = (set: readonly string[] | undefined): readonly string[] => [...(set ?? []), ...more];
  return { ...sets, bounding: add(sets.bounding), effective: add(sets.effective), permitted: add(sets.permitted) };
}

/** The highest id; the one above stands for none. */
const LAST_ID = 4294967294;

/** Nothing is looked up, and a number that does not fit is no other one (CVE-2016-3697). */
function parseUser(text: string | undefined): { readonly uid?: number; readonly gid?: number } {
  if (text === undefined) return {};
  const at = text.indexOf(":");
  if (at < 0) return { uid: parseId(text, "uid") };
  return { uid: parseId(text.slice(0, at), "uid"), gid: parseId(text.slice(at + 1), "gid") };
}

function parseId(text: string, what: "uid" | "gid"): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= LAST_ID) return Number(text);
  throw usage(
    `parsing ${text} as int for ${what} failed: ${JSON.stringify(text)} is no number from 0 to ${LAST_ID}`,
    "--user is UID[:GID]",
  );
}

function parseGroup(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= LAST_ID) return Number(text);
  throw usage(`additional-gids must be a positive number ${text}`, `it is a number from 0 to ${LAST_ID}; repeat the option for more`);
}

function usage(message: string, hint: string): RuntimeError {
  return new RuntimeError("usage", message, { hint });
}
