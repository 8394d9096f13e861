/** One value of config.json `linux.resources` as one write to a cgroup file: what cgroup-v1.ts and cgroup-v2.ts make. Pure. */
import { RuntimeError } from "../base/errors.ts";
import type { Memory } from "../spec/types.ts";
import type { OnFailure } from "./step.ts";

export interface CgroupLimit {
  readonly controller: string;
  /** In the directory that the container has for the controller. */
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

/** Where the parts of `linux.resources` are. */
export const RESOURCES = "/linux/resources";

/** The limits of `blockIO` for a single device; the names of what is written differ. */
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

/** A value that this kind of cgroup has no place for; the runtime-spec wants an error then, not silence. */
export function cannotLimit(what: string, reason: string, pointer: string): RuntimeError {
  return new RuntimeError("unsupported", `cannot limit ${what}: ${reason}`, {
    pointer,
    hint: `remove ${pointer.slice(1).replaceAll("/", ".")} from config.json, or use a host that has it`,
  });
}

/** For most values runc takes 0 as "not set", and engines write it so. */
export function isSet(value: number | bigint | undefined): value is number | bigint {
  return value !== undefined && BigInt(value) !== 0n;
}

/** Negative means no limit; 0 is one (runtime-spec, PIDs). It becomes 1 as in runc: the process that is there counts, and systemd takes no 0. */
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

/** Linux sets a limit of kernel memory no more, cgroup v2 has none for TCP either, and runc only says so. */
export function kernelMemoryWarnings(memory: Memory, names: readonly ("kernel" | "kernelTCP")[]): string[] {
  return names
    .filter((name) => memory[name] !== undefined)
    .map((name) => `ignoring ${RESOURCES}/memory/${name}: kernel memory has no limit of its own`);
}

/** The kernel answers EINVAL, which would not tell the reader which of the two is wrong. */
export function requireBurst(cpu: { readonly burst?: number | bigint; readonly quota?: number | bigint }): void {
  const { burst = 0, quota = 0 } = cpu;
  if (quota <= 0 || burst <= quota) return;
  throw new RuntimeError("config", `cannot limit cpu: burst ${burst} is more than quota ${quota}`, { pointer: `${RESOURCES}/cpu/burst` });
}
