/** One value of config.json `linux.resources` as one write to a cgroup file; limits-v1.ts and limits-v2.ts make them. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import type { Memory } from "../../spec/types.ts";
import type { OnFailure } from "../steps/step.ts";

export interface CgroupLimit {
  readonly controller: string;
  /** In the container's directory for the controller. */
  readonly file: string;
  readonly text: string;
  readonly origin: string;
  readonly onFailure?: OnFailure;
}

export interface CgroupLimits {
  /** In the order in which the kernel accepts them. */
  readonly limits: readonly CgroupLimit[];
  readonly warnings: readonly string[];
}

/** Texts of the cgroup's files by their names, without the newline; absent = not known, or no such file. */
export type CgroupFiles = Readonly<Record<string, string>>;

/** Where `linux.resources` is in config.json. */
export const RESOURCES = "/linux/resources";

/** The per-device limits of `blockIO`; the names of the files differ. */
export const THROTTLE_NAMES = [
  "throttleReadBpsDevice",
  "throttleWriteBpsDevice",
  "throttleReadIOPSDevice",
  "throttleWriteIOPSDevice",
] as const;

/** `origin` is a pointer below `linux.resources`. */
export function writeLimit(
  controller: string,
  file: string,
  value: string | number | bigint,
  origin: string,
  onFailure: OnFailure = "stop",
): CgroupLimit {
  return { controller, file, text: `${value}`, origin: `${RESOURCES}${origin}`, onFailure };
}

/** For a value that this kind of cgroup cannot express; the runtime-spec wants an error then, not silence. */
export function cannotLimit(what: string, reason: string, pointer: string): RuntimeError {
  return new RuntimeError("unsupported", `cannot limit ${what}: ${reason}`, {
    pointer,
    hint: "leave it out, or use a host that has it",
  });
}

/** For most values runc takes 0 as "not set", and engines write 0 for that. */
export function isSet(value: number | bigint | undefined): value is number | bigint {
  return value !== undefined && BigInt(value) !== 0n;
}

/** Negative means no limit; 0 is one (runtime-spec, PIDs). It becomes 1 as in runc: the process already there counts, and systemd rejects 0. */
export function pidsText(limit: number | bigint): string {
  if (limit < 0) return "max";
  return limit > 0 ? `${limit}` : "1";
}

export function rdmaText(device: string, limits: { readonly hcaHandles?: number; readonly hcaObjects?: number }): string {
  const { hcaHandles, hcaObjects } = limits;
  return [
    device,
    ...(hcaHandles === undefined ? [] : [`hca_handle=${hcaHandles}`]),
    ...(hcaObjects === undefined ? [] : [`hca_object=${hcaObjects}`]),
  ].join(" ");
}

/** Linux no longer limits kernel memory, and cgroup v2 has no limit for TCP either; runc only warns. */
export function kernelMemoryWarnings(memory: Memory, names: readonly ("kernel" | "kernelTCP")[]): string[] {
  return names
    .filter((name) => isSet(memory[name]))
    .map((name) => `ignoring ${RESOURCES}/memory/${name}: kernel memory has no limit of its own`);
}

/** The file is there since Linux 5.14: where it is known to be, a burst that is refused is an error like others. */
export function missingBurst(now: string | undefined): OnFailure {
  return now === undefined ? "warn" : "stop";
}

/** The kernel answers a bare EINVAL, which does not say which of the two is wrong. */
export function requireBurst(cpu: { readonly burst?: number | bigint; readonly quota?: number | bigint }): void {
  const { burst = 0, quota = 0 } = cpu;
  if (quota <= 0 || burst <= quota) return;
  throw new RuntimeError("config", `cannot limit cpu: burst ${burst} is more than quota ${quota}`, { pointer: `${RESOURCES}/cpu/burst` });
}
