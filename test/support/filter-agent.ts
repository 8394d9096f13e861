/** Who answers for a container's system calls: the probe's `filter-agent`, at a socket that config.json names. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type JsonObject, parseObject } from "./json.ts";
import type { Sandbox } from "./sandbox.ts";
import { type Running, spawn } from "./spawn.ts";
import { LONGER_THAN_ANY_TEST } from "./until.ts";

/** In config.json. */
export const AGENT = "@HOST@/agent.sock";

/** A filter that asks about these calls, and allows all others. */
export function asking(names: readonly string[]): JsonObject {
  return {
    defaultAction: "SCMP_ACT_ALLOW",
    listenerPath: AGENT,
    listenerMetadata: 'for "the agent"',
    syscalls: [{ names: [...names], action: "SCMP_ACT_NOTIFY" }],
  };
}

/** An agent that refuses the call of that number, in place of an earlier one, which goes on with what it has. It takes one listener. */
export async function agentFor(box: Sandbox, refused: number): Promise<Running> {
  const socket = join(box.host, "agent.sock");
  rmSync(socket, { force: true });
  const agent = await spawn(join(box.directory, "calls"), [join(box.host, "probe"), "filter-agent", socket, String(refused)], {
    deadline: LONGER_THAN_ANY_TEST,
  });
  await agent.shows("listening");
  return agent;
}

/** What an agent has printed in the end. */
export function told(stdout: string): { state: JsonObject; rest: string[] } {
  const [, state = "", ...rest] = stdout.trimEnd().split("\n");
  return { state: parseObject(state.replace(/^state /, "")), rest };
}
