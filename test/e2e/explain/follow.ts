/** Walks a plan and a trace side by side: every step makes the calls that it announces, and no others are made. */
import { readFileSync } from "node:fs";
import type { JsonObject } from "../../support/json.ts";
import { ANNOUNCED, type Announced, type Surroundings } from "./announced.ts";
import { type Call, isEffective } from "./trace.ts";

export interface ExplainedStep {
  readonly index: number;
  readonly op: string;
  readonly words: string;
  readonly onFailure: string;
  readonly step: JsonObject;
}

/** Init's own calls before it reads its plan. */
const PRELUDE: readonly Announced[] = [{ call: /^prctl\(PR_SET_DUMPABLE, SUID_DUMP_DISABLE/ }];

/** One line per difference; a correct plan gives an empty list. */
export function followPlan(steps: readonly ExplainedStep[], calls: readonly Call[], rootfs: string): string[] {
  const walk = new Walk(calls.filter(isEffective));
  const where = { root: rootfs, bounding: boundingSet(), emptyDirectory: { isMade: false }, ...pathsSeen(calls, rootfs) };
  if (walk.take(PRELUDE) !== "done") return [`init's own start: ${walk.here()}`];
  let skip = false;
  for (const one of steps) {
    const isSkipped: boolean = skip;
    skip = one.onFailure === "else" && isSkipped;
    if (isSkipped) continue;
    const result = walk.take(announcedBy(one, where));
    if (result === "differs") return [`step ${one.index} (${one.words}) announces another call than ${walk.here()}`];
    if (result === "failed" && one.onFailure === "stop") return [`step ${one.index} (${one.words}) failed: ${walk.here()}`];
    skip = result === "done" && one.onFailure === "else";
    if (one.op === "pivotRoot") where.root = "/";
    if (one.op === "unshare" && Number(one.step.flags) & CLONE_NEWUSER) where.bounding = everyCapability();
  }
  return walk.rest().map(({ text }) => `no step announces ${text}`);
}

function announcedBy(one: ExplainedStep, where: Surroundings): readonly Announced[] {
  const words = Object.entries(ANNOUNCED).find(([op]) => op === one.op)?.[1];
  if (words === undefined) throw new Error(`announced.ts says nothing about steps of kind ${one.op}`);
  return words(one.step, where);
}

class Walk {
  readonly #calls: readonly Call[];
  #at = 0;

  constructor(calls: readonly Call[]) {
    this.#calls = calls;
  }

  /** "failed": the kernel refused one of the calls, and the rest of the step was not done. */
  take(announced: readonly Announced[]): "done" | "failed" | "differs" {
    for (const { call, times = 1, mayFail } of announced) {
      const most = times === "any" ? Number.POSITIVE_INFINITY : times === "optional" ? 1 : times;
      let taken = 0;
      for (; taken < most && call.test(this.#calls[this.#at]?.text ?? ""); taken++) {
        const { failed = false } = this.#calls[this.#at++] ?? {};
        if (failed && !mayFail) return "failed";
      }
      if (typeof times === "number" && taken < times) return "differs";
    }
    return "done";
  }

  here(): string {
    return this.#calls[this.#at]?.text ?? "the end";
  }

  rest(): readonly Call[] {
    return this.#calls.slice(this.#at);
  }
}

/** What init found at the paths it looked up below the root: masks depend on it. */
function pathsSeen(calls: readonly Call[], rootfs: string): Pick<Surroundings, "isMissing" | "isDirectory"> {
  const lookup = (path: string): number => calls.findLastIndex((call) => lookedUp(call, rootfs) === path);
  return {
    isMissing: (path) => calls[lookup(path)]?.failed === true,
    isDirectory: (path) => calls[lookup(path) + 1]?.text.includes("st_mode=S_IFDIR") === true,
  };
}

/** The path in the container, whether it was looked up from the root or from a mount below it. */
function lookedUp({ name, text }: Call, rootfs: string): string | undefined {
  const [, from = "", path = ""] = (name === "openat2" && /^openat2\(\d+<([^>]*)>, "([^"]*)", \{/.exec(text)) || [];
  if (path === "" || path.startsWith("/")) return path;
  const mount = from.startsWith(rootfs) ? from.slice(rootfs.length) : from;
  return `${mount}/${path}`;
}

const CLONE_NEWUSER = 0x10000000;

/** The creator of a user namespace has all of them in it. */
function everyCapability(): bigint {
  return (2n << BigInt(readFileSync("/proc/sys/kernel/cap_last_cap", "utf8").trim())) - 1n;
}

function boundingSet(): bigint {
  return BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0"}`);
}
