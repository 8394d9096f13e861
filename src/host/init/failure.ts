/** What native init reports by numbers, in words: runc's first, since engines match on them, then what lamina knows beside. */
import { type ErrorDetail, RuntimeError } from "../../base/errors.ts";
import { signalName } from "../../base/signals.ts";
import { describeStep } from "../../plan/describe.ts";
import { callOf } from "../../plan/describe-call.ts";
import { GUARD, type InitStep, type Planned } from "../../plan/steps/step.ts";
import { NO_STEP } from "../../plan/steps/wire.ts";
import { ERRNO, errnoName } from "../../sys/call/errno.ts";
import { strerror } from "../../sys/call/errno-words.ts";
import { hintFor } from "./failure-hints.ts";
import { InitLost, StepFailure } from "./handshake.ts";
import { namespaceWords } from "./namespace-words.ts";

/** Values above all errnos say how a hook ended; native/init/hook.c sends them. */
const HOOK_EXITED = 4096;
const HOOK_KILLED = 8192;

/** How failures of init are told, by what it was to become. */
export interface Wording {
  /** Before the reason, unless that is about the program. */
  readonly prefix: string;
  readonly who: string;
}

export const OF_CONTAINER: Wording = { prefix: "error during container init: ", who: "container init" };
/** As runc, which calls only the first process of a container its init. */
export const OF_EXEC: Wording = { prefix: "", who: "the process" };

/** An error of init as one for people; any other error stays as it is. */
export function wordFailure(error: unknown, plan: readonly Planned<InitStep>[], { prefix, who }: Wording): unknown {
  if (error instanceof InitLost) {
    return new RuntimeError("kernel", `${who} was killed or ended before ${error.before}`, lossDetail(plan.some(isFilter)));
  }
  if (!(error instanceof StepFailure)) return error;
  if (error.step === NO_STEP) {
    const hint = "a supervisor waits for the end of a container that is detached: --no-subreaper does without it";
    return new RuntimeError("kernel", `cannot start a supervisor: ${strerror(error.value)}`, { hint, errno: errnoName(error.value) });
  }
  const planned = plan[error.step];
  if (planned === undefined || error.value === ERRNO.EBADMSG) {
    return new RuntimeError("integrity", `native init does not understand step ${error.step} of its plan`, {
      hint: "this is a bug in lamina",
    });
  }
  const { step, origin } = planned;
  const answer = kernelAnswer(step, error.value);
  const before = plan.slice(0, error.step + 1);
  const detail = {
    ...(origin === "" ? {} : { pointer: origin }),
    ...(answer < HOOK_EXITED && !isLateHook(step, answer) ? { call: callOf(step), errno: errnoName(answer) } : {}),
    ...hintFor(before, answer),
    ...(step.op === "exec" ? { isOneLine: true as const } : {}),
  };
  const cause = causeOf(planned, error.value, { plan, at: error.step, log: error.log });
  const isProgram = step.op === "findExecutable" || step.op === "exec";
  return new RuntimeError("kernel", isProgram ? cause : `${prefix}${cause}`, detail);
}

/** Init's word for a hook that it killed: no call of the kernel's answered so. */
function isLateHook({ op }: { readonly op: string }, value: number): boolean {
  return op === "runHook" && value === ERRNO.ETIMEDOUT;
}

function isFilter({ step }: Planned<InitStep>): boolean {
  return step.op === "loadFilter";
}

/** Who may have ended init, which said nothing of it; `hasFilter` = one that init loads. */
export function lossDetail(hasFilter: boolean): ErrorDetail {
  const others = "a memory limit may be too small for it, or somebody killed it: see dmesg";
  if (!hasFilter) return { hint: others };
  const calls = "execve(2), or should that fail sendto(2) and exit_group(2)";
  return { pointer: "/linux/seccomp", hint: `the filter may forbid what init calls last: ${calls}; or ${others}` };
}

/** Init tells a directory from other files that are no programs; execve(2) does not. */
function kernelAnswer(step: InitStep, value: number): number {
  return step.op === "findExecutable" && value === ERRNO.EISDIR ? ERRNO.EACCES : value;
}

/** fuse-overlayfs gives itself an option as root that libfuse 3.14 does not know, and says so whenever it starts. */
const USUAL_WORDS = "unknown argument ignored: lazytime";

/** A step that failed although the start goes on. */
export function wordWarning(planned: Planned<InitStep> | undefined, errno: number): string {
  return planned === undefined ? `a step failed: ${strerror(errno)}` : `cannot ${describeStep(planned.step)}: ${strerror(errno)}`;
}

/** A plan, the step of it that failed, and what was said then. */
interface Place {
  readonly plan: readonly Planned<InitStep>[];
  readonly at: number;
  readonly log: readonly string[];
}

function causeOf(planned: Planned<InitStep>, value: number, place: Place): string {
  if (planned.step.op === "runHook") return wordHook({ ...planned, path: planned.step.path }, value, place.log);
  const words = place.log.filter((line) => line !== "" && line !== USUAL_WORDS);
  return `${reasonFor(planned.step, value, place)}${words.length === 0 ? "" : ` (${words.join("; ")})`}`;
}

function reasonFor(step: InitStep, value: number, place: Place): string {
  const reason = reasonOf(value);
  switch (step.op) {
    case "findExecutable":
      return `exec: ${JSON.stringify(step.name)}: ${executableReason(step.name, value)}`;
    case "exec":
      return `exec ${step.args[0] ?? ""}: ${reason}`;
    case "chdir":
    case "chdirAs":
      return `chdir to cwd (${JSON.stringify(step.path)}) set in config.json failed: ${reason}`;
    case "openNamespace":
    case "joinNamespace":
      return `cannot ${step.op === "openNamespace" ? "open" : "join"} ${namespaceWords(step, place.plan)}: ${reason}`;
    case "startServer":
      return SERVER_ENDED.includes(value)
        ? `${serverOf(place)} ended before it showed the layers`
        : `cannot start ${serverOf(place)}: ${reason}`;
    case "addLayer":
      return `cannot use layer ${step.path}: ${reason}`;
    case "mountLayers":
      return `cannot mount an overlay at ${step.path}: ${reason}`; // up to 500 paths would follow
    case "writeProc":
      if (step.file.startsWith(ATTRIBUTES)) return attributeWords(step, reason);
      if (!step.file.startsWith("sys/")) break;
      return value === ERRNO.ENOENT
        ? `open /proc/${step.file}: ${reason}`
        : `write ${JSON.stringify(step.text)} to /proc/${step.file}: ${reason}`;
    case "loadFilter":
      return `error loading seccomp filter: cannot ${describeStep(step)}: ${reason}`;
    case "newSessionKeyring":
      return `unable to join session keyring: unable to create session key: ${reason}`;
    case "openTree":
    case "openAsHost":
      return `error mounting ${mountWords(step, place)}: open ${step.source}: ${reason}`;
    case "newFilesystem":
    case "newTmpfs":
    case "mountFilesystem":
    case "newProc":
    case "mountAttributes":
    case "idmapMount":
    case "idmapAsHost":
    case "copyUp":
      return `error mounting ${mountWords(step, place)}: cannot ${describeStep(step)}: ${reason}`;
    case "attach":
      if ((step.guard & GUARD.noSymlinks) !== 0 && NO_DIRECTORY.includes(value)) {
        return `error mounting ${mountWords(step, place)}: filesystem ${typeWords(step, place)} must be mounted on ordinary directory: ${reason}`;
      }
      return `error mounting ${mountWords(step, place)}: cannot ${describeStep(step)}: ${reason}`;
    case "remount":
    case "targetAttributes":
      return `error remounting ${JSON.stringify(step.target)}: ${reason}`;
  }
  return `cannot ${describeStep(step)}: ${reason}`;
}

const ATTRIBUTES = "self/attr/";

/** In runc's words. */
function attributeWords({ file, text }: Extract<InitStep, { readonly op: "writeProc" }>, reason: string): string {
  const words = `write /proc/${file}: ${reason}`;
  return text.startsWith("exec ") ? `unable to apply apparmor profile: apparmor failed to apply profile: ${words}` : words;
}

/** In runc's words, of a hook at `/hooks/KIND/INDEX` that init ran; its output is in the log. */
export function wordHook(
  { origin, path }: { readonly origin: string; readonly path: string },
  value: number,
  log: readonly string[],
): string {
  const [, , kind = "", index = ""] = origin.split("/");
  const reason = value === ERRNO.ETIMEDOUT ? "no end within its timeout" : reasonOf(value);
  return `${hookWords(kind, index)}: ${path}: ${reason}, ${log.length === 0 ? "stdout: , stderr: " : log.join("\n")}`;
}

export function hookWords(kind: string, index: string | number): string {
  return `error running ${kind} hook #${index}`;
}

/** The source of the mount in the step's slot, and where a later step was to put it. */
function mountWords({ slot }: Extract<InitStep, { readonly slot: number }>, { plan, at }: Place): string {
  const source = plan
    .slice(0, at + 1)
    .map(({ step }) => step)
    .findLast((step) => isSource(step) && step.slot === slot);
  const target = plan
    .slice(at)
    .map(({ step }) => step)
    .find((step) => step.op === "attach" && step.slot === slot);
  const from = source !== undefined && isSource(source) ? JSON.stringify(source.source) : "file system";
  return target?.op === "attach" ? `${from} to rootfs at ${JSON.stringify(target.target)}` : `${from} to rootfs`;
}

const SOURCES = ["openTree", "openAsHost", "newFilesystem", "newProc", "newTmpfs", "mountFilesystem"] as const;

function isSource(step: InitStep): step is Extract<InitStep, { readonly op: (typeof SOURCES)[number] }> {
  return SOURCES.some((op) => op === step.op);
}

/** What is said of a link, and of a file. */
const NO_DIRECTORY: readonly number[] = [ERRNO.ELOOP, ERRNO.ENOTDIR];

/** The type of the file system in the step's slot. */
function typeWords({ slot }: Extract<InitStep, { readonly op: "attach" }>, { plan, at }: Place): string {
  const made = plan.slice(0, at).findLast(({ step }) => step.op === "newFilesystem" && step.slot === slot);
  return JSON.stringify(made?.step.op === "newFilesystem" ? made.step.type : "proc");
}

/** What the kernel says of a FUSE mount whose server is gone, or went while it was asked. */
const SERVER_ENDED: readonly number[] = [107, 103];

function serverOf({ plan }: Place): string {
  const fork = plan.find(({ step }) => step.op === "forkServer");
  return fork?.step.op === "forkServer" ? fork.step.path : "the file server";
}

function executableReason(name: string, value: number): string {
  if (value === ERRNO.EACCES) return "permission denied";
  if (value === ERRNO.EISDIR) return "is a directory: permission denied"; // what newer engines look for, and what older ones do
  if (value === ERRNO.ENOENT && !name.includes("/")) return "executable file not found in $PATH";
  return `stat ${name}: ${reasonOf(value)}`;
}

export function reasonOf(value: number): string {
  if (value >= HOOK_KILLED) return `signal: ${signalName(value - HOOK_KILLED)}`;
  if (value >= HOOK_EXITED) return `exit status ${value - HOOK_EXITED}`;
  return strerror(value);
}
