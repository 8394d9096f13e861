/** From a loaded bundle and the caller's options to the whole plan. Reads facts about the host, and changes nothing. */
import type { Facts } from "../../plan/facts.ts";
import { type Plan, planContainer } from "../../plan/plan-container.ts";
import type { Spec } from "../../spec/types.ts";
import { absolutePath } from "../../sys/working-directory.ts";
import { listenFds, withListenFds } from "../caller/listen-fds.ts";
import { withNotifySocket } from "../caller/notify-socket.ts";
import type { HostContext } from "../context.ts";
import { readFacts } from "../facts/facts.ts";
import type { PlannableBundle } from "./bundle.ts";

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
  const sockets = listenFds();
  const facts = { ...readFacts(spec, request.bundle, context), filter };
  const preserveFds = request.preserveFds + sockets;
  const plan = planContainer(withNotifySocket(withSockets(spec, sockets), context.root, request.id), facts, {
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

function withSockets(spec: Spec, count: number): Spec {
  return spec.process === undefined ? spec : { ...spec, process: withListenFds(spec.process, count) };
}
