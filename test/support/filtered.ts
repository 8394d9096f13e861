/** Containers with a system call filter. */
import { callNumber } from "../../src/sys/library/libseccomp.ts";
import type { Recipe } from "./bundle.ts";
import type { JsonObject } from "./json.ts";
import { requires } from "./requires.ts";
import { runContainer } from "./run-container.ts";

/** Whether tests can make them. */
export const canFilter = requires("root", "seccomp", "libseccomp");

/** Of a system call on this machine; 0 where no test needs it. */
export function number(name: string): number {
  const found = canFilter ? callNumber(name) : 0;
  if (found === undefined) throw new Error(`libseccomp does not know ${name}`);
  return found;
}

export interface Wish {
  readonly args: readonly string[];
  readonly seccomp: JsonObject;
  readonly process?: JsonObject;
  readonly config?: JsonObject;
}

export function recipe({ args, seccomp, process = {}, config = {} }: Wish): Recipe {
  return { args: ["/probe", ...args], config: { ...config, process, linux: { seccomp } } };
}

/** All that `run` prints, and its exit status unless that is 0. */
export async function shows(wish: Wish): Promise<string> {
  const { stdout, stderr, exitCode } = await runContainer(recipe(wish));
  return [stdout, stderr, ...(exitCode === 0 ? [] : [`exit ${exitCode}\n`])].join("");
}

export function forbids(name: string, action: string, more: JsonObject = {}): JsonObject {
  return { defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: [name], action, ...more }] };
}
