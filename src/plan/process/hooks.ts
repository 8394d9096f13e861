/** config.json `hooks` → host steps and init steps; each gets the container's state on its standard input. Pure. */
import type { Hook, Spec } from "../../spec/types.ts";
import type { HookCall, HostHookKind, HostStep } from "../steps/host-step.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { needsHome, planEnvironment } from "./identity.ts";
import type { StateDocument } from "./state-document.ts";

export function hookCall(hook: Hook): HookCall {
  const { path, args = [], env, timeout = 0 } = hook;
  return { path, args: args.length === 0 ? [path] : args, env, timeout };
}

export function planHostHooks(spec: Spec, kind: HostHookKind): Planned<HostStep>[] {
  return (spec.hooks?.[kind] ?? []).map((hook, index) => ({
    origin: `/hooks/${kind}/${index}`,
    step: { op: "runHook", kind, index, call: hookCall(hook) },
  }));
}

/** Without "env" these get the process's environment, as with runc: the container has no other. HOME is looked up only in the new root. */
export function planInitHooks(spec: Spec, kind: "createContainer" | "startContainer", state: () => StateDocument): Planned<InitStep>[] {
  const hooks = spec.hooks?.[kind] ?? [];
  if (hooks.length === 0) return [];
  const environment = spec.process === undefined ? [] : planEnvironment(spec.process);
  const { head, tail } = state();
  return hooks.map((hook, index) => ({
    origin: `/hooks/${kind}/${index}`,
    step: {
      op: "runHook",
      ...hookCall(hook),
      env: hook.env ?? environment,
      withHome: kind === "startContainer" && hook.env === undefined && needsHome(environment),
      stateHead: head,
      stateTail: tail,
    },
  }));
}

/** Hooks that run between the mounts and the new root. */
export function hasCreateHooks(spec: Spec): boolean {
  return (spec.hooks?.prestart ?? []).length + (spec.hooks?.createRuntime ?? []).length > 0;
}
