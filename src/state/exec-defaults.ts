/**
 * What a container's record keeps for `exec`: the process of config.json, for everything that the caller of exec leaves out, and what a
 * process joins. Editing config.json does not change an existing container. Pure.
 */
import { RuntimeError } from "../base/errors.ts";
import { isProcess } from "../spec/generated/process.ts";
import type { SharedSettings } from "../spec/shared-settings.ts";
import type { Process, Rlimit, Seccomp, Spec } from "../spec/types.ts";
import { isList, isObject, isText, isWhole, optional } from "./record-shape.ts";

export interface ExecDefaults extends SharedSettings {
  readonly process: Omit<Process, "args" | "rlimits">;
  readonly rlimits: readonly RecordedLimit[];
}

/** JSON has no exact numbers of 64 bits: these are decimal. */
interface RecordedLimit {
  readonly type: Rlimit["type"];
  readonly soft: string;
  readonly hard: string;
}

export interface RunAs {
  readonly noNewKeyring: boolean;
  /** Its mount namespace is not its own, and its root not the only one there: who is executed in it takes both from its init. */
  readonly isPlaced: boolean;
}

export function execDefaults({ process, linux }: Spec, { noNewKeyring, isPlaced }: RunAs): ExecDefaults {
  const { args: _, rlimits = [], consoleSize, ...rest } = process ?? { cwd: "/" };
  const { namespaces = [], uidMappings, gidMappings, personality, memoryPolicy, seccomp } = linux ?? {};
  const isOwnUser = namespaces.some(({ type, path = "" }) => type === "user" && path === "");
  return {
    process: rest.terminal !== true || consoleSize === undefined ? rest : { ...rest, consoleSize }, // it is nothing without a terminal
    rlimits: rlimits.map(({ type, soft, hard }) => ({ type, soft: String(soft), hard: String(hard) })),
    namespaces: [...new Set(namespaces.map(({ type }) => type))].filter((type) => type !== "mount" || !isPlaced),
    ...(isOwnUser && uidMappings !== undefined ? { uidMappings } : {}),
    ...(isOwnUser && gidMappings !== undefined ? { gidMappings } : {}),
    ...(personality === undefined ? {} : { personality }),
    ...(memoryPolicy === undefined ? {} : { memoryPolicy }),
    ...(seccomp === undefined ? {} : { seccomp: withoutRules(seccomp) }),
    newKeyring: !noNewKeyring,
  };
}

/** What is compiled already. Every record is read far more often than anything is executed in its container. */
function withoutRules({ syscalls = [], ...seccomp }: Seccomp): Seccomp {
  const isNotifying = syscalls.some(({ action }) => action === "SCMP_ACT_NOTIFY");
  return isNotifying ? { ...seccomp, syscalls: [{ names: [], action: "SCMP_ACT_NOTIFY" }] } : seccomp;
}

/** The process as config.json has it, without its program. Throws code "integrity" for a record that somebody has changed. */
export function recallProcess({ process, rlimits }: ExecDefaults): Process {
  if (!isProcess(process)) {
    throw new RuntimeError("integrity", "cannot read the state of the container: its process is not as lamina writes it", {
      hint: "the file is damaged: create the container anew",
    });
  }
  return { ...process, rlimits: rlimits.map(({ type, soft, hard }) => ({ type, soft: BigInt(soft), hard: BigInt(hard) })) };
}

/** What every command that reads a record checks. Only exec needs the process, and `recallProcess` checks that. */
export function isExecDefaults(value: unknown): boolean {
  return (
    isObject(value) &&
    isObject(value.process) &&
    isList(value.rlimits, isRecordedLimit) &&
    isList(value.namespaces, isText) &&
    [value.uidMappings, value.gidMappings].every(optional((mappings) => isList(mappings, isIdMapping))) &&
    optional((personality) => isObject(personality) && isText(personality.domain))(value.personality) &&
    optional(isMemoryPolicy)(value.memoryPolicy) &&
    optional((seccomp) => isObject(seccomp) && isText(seccomp.defaultAction))(value.seccomp) &&
    typeof value.newKeyring === "boolean"
  );
}

function isMemoryPolicy(value: unknown): boolean {
  return isObject(value) && isText(value.mode) && optional(isText)(value.nodes) && optional((flags) => isList(flags, isText))(value.flags);
}

function isRecordedLimit(value: unknown): boolean {
  return isObject(value) && isText(value.type) && isDecimal(value.soft) && isDecimal(value.hard);
}

function isDecimal(value: unknown): boolean {
  return typeof value === "string" && /^\d{1,20}$/.test(value);
}

function isIdMapping(value: unknown): boolean {
  return isObject(value) && [value.containerID, value.hostID, value.size].every((number) => isWhole(number));
}
