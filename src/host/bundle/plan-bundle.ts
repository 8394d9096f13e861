/** From a loaded bundle and the caller's options to the whole plan. Reads facts about the host, and changes nothing. */
import type { Facts } from "../../plan/facts.ts";
import { type Plan, planContainer } from "../../plan/plan-container.ts";
import type { Spec } from "../../spec/types.ts";
import { type CallerOptions, handoverOf } from "../caller/caller-options.ts";
import { listenFds, withListenFds } from "../caller/listen-fds.ts";
import { withNotifySocket } from "../caller/notify-socket.ts";
import type { HostContext } from "../context.ts";
import { readFacts } from "../facts/facts.ts";
import type { PlannableBundle } from "./bundle.ts";

/** What create, run and explain are told of a container. */
export interface CreationOptions extends CallerOptions {
  readonly id: string;
  readonly noPivot: boolean;
  readonly noNewKeyring: boolean;
}

export interface PlanRequest {
  readonly command: "create" | "run";
  readonly options: CreationOptions;
  readonly bundle: Pick<PlannableBundle, "path" | "spec" | "layers" | "filter">;
}

export interface PlannedBundle {
  readonly facts: Facts;
  readonly plan: Plan;
  /** How many descriptors from 3 on the container keeps, those of LISTEN_FDS included. */
  readonly preserveFds: number;
}

export function planBundle(
  { command, options, bundle }: PlanRequest,
  context: Pick<HostContext, "root" | "rootless" | "systemdCgroup">,
): PlannedBundle {
  const { id, noPivot, noNewKeyring } = options;
  const { spec, filter } = bundle;
  const sockets = listenFds();
  const facts = { ...readFacts(spec, bundle, context), filter };
  const handover = handoverOf(options);
  const plan = planContainer(withNotifySocket(withSockets(spec, sockets), context.root, id), facts, {
    ...handover,
    id,
    waitForStart: command === "create",
    noPivot,
    noNewKeyring,
  });
  return { facts, plan, preserveFds: handover.preserveFds };
}

function withSockets(spec: Spec, count: number): Spec {
  return spec.process === undefined ? spec : { ...spec, process: withListenFds(spec.process, count) };
}
