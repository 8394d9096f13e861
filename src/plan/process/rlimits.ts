/** config.json `process.rlimits` → setrlimit steps. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import type { Rlimit } from "../../spec/types.ts";
import type { HostFacts } from "../facts.ts";
import type { InitStep, Planned } from "../steps/step.ts";

/** Numbers of the limits on x86_64 and aarch64 (asm-generic/resource.h). */
export const RLIMITS = {
  RLIMIT_CPU: 0,
  RLIMIT_FSIZE: 1,
  RLIMIT_DATA: 2,
  RLIMIT_STACK: 3,
  RLIMIT_CORE: 4,
  RLIMIT_RSS: 5,
  RLIMIT_NPROC: 6,
  RLIMIT_NOFILE: 7,
  RLIMIT_MEMLOCK: 8,
  RLIMIT_AS: 9,
  RLIMIT_LOCKS: 10,
  RLIMIT_SIGPENDING: 11,
  RLIMIT_MSGQUEUE: 12,
  RLIMIT_NICE: 13,
  RLIMIT_RTPRIO: 14,
  RLIMIT_RTTIME: 15,
} as const satisfies Record<Rlimit["type"], number>;

/** RLIM_INFINITY. */
export const UNLIMITED: bigint = (1n << 64n) - 1n;

export function planRlimits(rlimits: readonly Rlimit[]): Planned<InitStep>[] {
  return rlimits.map(({ type, soft, hard }, i) => {
    const origin = `/process/rlimits/${i}`;
    if (!Object.hasOwn(RLIMITS, type)) {
      throw new RuntimeError("config", `cannot set limit ${JSON.stringify(type)}: unknown limit`, {
        pointer: `${origin}/type`,
        hint: `accepted are ${Object.keys(RLIMITS).join(", ")}`,
      });
    }
    return { origin, step: { op: "setrlimit", resource: RLIMITS[type], soft: BigInt(soft), hard: BigInt(hard) } };
  });
}

/**
 * Raising a hard limit needs CAP_SYS_RESOURCE in the initial user namespace, so before a container enters its own, the hard
 * limits that it needs are raised and left otherwise unchanged.
 */
export function planRaisedLimits(rlimits: readonly Rlimit[], limits: HostFacts["limits"]): Planned<InitStep>[] {
  return rlimits.flatMap(({ type, hard }, i) => {
    const own = limits.get(RLIMITS[type]);
    if (own === undefined || BigInt(hard) <= own.hard) return [];
    return [{ origin: `/process/rlimits/${i}`, step: { op: "setrlimit", resource: RLIMITS[type], soft: own.soft, hard: BigInt(hard) } }];
  });
}

/** `RLIMIT_NOFILE` for 7; a number without a name stays a number. */
export function rlimitName(resource: number): string {
  return Object.entries(RLIMITS).find(([, number]) => number === resource)?.[0] ?? `limit ${resource}`;
}
