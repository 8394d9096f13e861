/** From a loaded bundle and the caller's options to the whole plan. Reads facts about the host, and changes nothing. */
import { RuntimeError } from "../base/errors.ts";
import type { Facts } from "../plan/facts.ts";
import { type Plan, planContainer } from "../plan/plan-container.ts";
import type { Spec } from "../spec/types.ts";
import { environmentVariable } from "../sys/environment.ts";
import { ownPid } from "../sys/own-ids.ts";
import { absolutePath } from "../sys/working-directory.ts";
import type { PlannableBundle } from "./bundle.ts";
import type { HostContext } from "./context.ts";
import { readFacts } from "./facts.ts";
import { withNotifySocket } from "./notify-socket.ts";

export interface PlanRequest {
  readonly command: "create" | "run";
  readonly id: string;
  readonly bundle: Pick<PlannableBundle, "path" | "spec" | "layers" | "filter">;
  readonly pidFile: string | undefined;
  readonly pidfdSocket: string | undefined;
  readonly noPivot: boolean;
  readonly noNewKeyring: boolean;
  readonly preserveFds: number;
}

export interface PlannedBundle {
  readonly facts: Facts;
  readonly plan: Plan;
  /** How many descriptors from 3 on the container keeps, those of LISTEN_FDS included. */
  readonly preserveFds: number;
}

export function planBundle(request: PlanRequest, context: Pick<HostContext, "root" | "rootless" | "systemdCgroup">): PlannedBundle {
  const { spec, filter } = request.bundle;
  requireNoSystemd(context);
  const listenFds = readListenFds();
  const facts = { ...readFacts(spec, request.bundle, context.rootless), filter };
  const preserveFds = request.preserveFds + listenFds;
  const plan = planContainer(withNotifySocket(withListenFds(spec, listenFds), context.root, request.id), facts, {
    id: request.id,
    waitForStart: request.command === "create",
    noPivot: request.noPivot,
    noNewKeyring: request.noNewKeyring,
    preserveFds,
    pidFile: request.pidFile === undefined ? undefined : absolutePath(request.pidFile),
    pidfdSocket: request.pidfdSocket === undefined ? undefined : absolutePath(request.pidfdSocket),
  });
  return { facts, plan, preserveFds };
}

/**
 * sd_listen_fds(3): the caller's sockets are the container's, which learns of them as its first process. What somebody else was given, who
 * started our caller, is none of ours.
 */
function readListenFds(): number {
  const text = environmentVariable("LISTEN_FDS") ?? "";
  if (text === "" || environmentVariable("LISTEN_PID") !== String(ownPid())) return 0;
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new RuntimeError("usage", `cannot pass on sockets: LISTEN_FDS is ${JSON.stringify(text)}, not a number`);
}

function withListenFds(spec: Spec, count: number): Spec {
  if (count === 0 || spec.process === undefined) return spec;
  return { ...spec, process: { ...spec.process, env: [...(spec.process.env ?? []), `LISTEN_FDS=${count}`, "LISTEN_PID=1"] } };
}

function requireNoSystemd({ systemdCgroup }: Pick<HostContext, "systemdCgroup">): void {
  if (!systemdCgroup) return;
  throw new RuntimeError("unsupported", "cannot use the systemd cgroup driver: this version of lamina writes to cgroups itself", {
    hint: "leave out --systemd-cgroup, and set the engine's cgroup driver to cgroupfs",
  });
}
