/** config.json `linux.personality` → the argument of personality(2). Pure. */
import { RuntimeError } from "../../base/errors.ts";
import type { Personality } from "../../spec/types.ts";

/** PER_LINUX and PER_LINUX32 (linux/personality.h). */
export const PERSONALITIES = { LINUX: 0, LINUX32: 8 } as const satisfies Record<Personality["domain"], number>;

/** The runtime-spec defines no flags yet, so any flag is refused rather than ignored. */
export function personalityFlags({ domain, flags = [] }: Personality): number {
  if (flags.length > 0) {
    throw new RuntimeError("config", `cannot set personality flags ${flags.join(", ")}: none is defined`, {
      pointer: "/linux/personality/flags",
    });
  }
  if (!Object.hasOwn(PERSONALITIES, domain)) {
    throw new RuntimeError("config", `cannot set personality ${JSON.stringify(domain)}: accepted are LINUX and LINUX32`, {
      pointer: "/linux/personality/domain",
    });
  }
  return PERSONALITIES[domain];
}

/** `LINUX32` for 8; a number without a name stays a number. */
export function personalityName(flags: number): string {
  return Object.entries(PERSONALITIES).find(([, number]) => number === flags)?.[0] ?? String(flags);
}
