/**
 * What a restored container needs to be there before CRIU begins: its cgroups, and its root with a mount point for each of its mounts. Native
 * init makes them as for a new container, up to where the root would become "/", and waits there: its mount namespace is where CRIU then works, and
 * takes from it what the container has from the host. Nothing of it is on the host itself. Pure.
 */
import { guestPath, type HostPath } from "../base/paths.ts";
import type { Spec } from "../spec/types.ts";
import type { Facts } from "./facts.ts";
import { isolates, parseNamespaces } from "./namespaces/namespaces.ts";
import { planContainer } from "./plan-container.ts";
import type { HostStep } from "./steps/host-step.ts";
import { SLOT } from "./steps/slots.ts";
import { type InitStep, type Planned, SYNC_POINTS } from "./steps/step.ts";
import type { Steps } from "./steps/steps.ts";

export interface RestorePlan extends Steps {
  /** Limits that come last, for the process that has been restored. */
  readonly after: readonly Planned<HostStep>[];
}

/** `root`: a directory of the host on which the root is mounted in that namespace, without any mount below it; not with a user namespace. */
export function planRestore(spec: Spec, facts: Facts, { id, root }: { readonly id: string; readonly root: HostPath }): RestorePlan {
  const owner = parseNamespaces(spec);
  const hasUser = isolates(owner, "user");
  const plan = planContainer(stageSpec(spec, hasUser), withoutFilter(facts), {
    id,
    owner,
    waitForStart: true,
    noPivot: false,
    noNewKeyring: true,
    preserveFds: 0,
    pidFile: undefined,
    pidfdSocket: undefined,
  });
  const pivot = plan.init.findIndex(({ step }) => step.op === "pivotRoot");
  const ready = plan.host.findIndex(({ step }) => step.op === "await" && step.point === "ready");
  const save = plan.host.findIndex(({ step }) => step.op === "saveState");
  return {
    host: plan.host.slice(0, ready + 1),
    init: [
      ...plan.init.slice(0, pivot),
      ...makeWayOut(spec),
      ...(hasUser ? [] : showRoot(facts, root)),
      { origin: "", step: { op: "sync", point: SYNC_POINTS.ready } },
    ],
    after: plan.host.slice(ready + 1, save),
    warnings: plan.warnings,
  };
}

/**
 * The container's root and what is mounted in it: never shared, so that nothing of it appears on the host. All else CRIU has written down, and with it who the program is and what it may do.
 * With a user namespace masks of files are the host's null device, as all devices are the host's.
 */
function stageSpec({ ociVersion, root, mounts, annotations, linux = {} }: Spec, hasUser: boolean): Spec {
  const { resources, cgroupsPath, devices, intelRdt, mountLabel, maskedPaths, uidMappings, gidMappings } = linux;
  return {
    ociVersion,
    ...(root === undefined ? {} : { root }),
    ...(mounts === undefined ? {} : { mounts }),
    ...(annotations === undefined ? {} : { annotations }),
    linux: {
      namespaces: [{ type: "mount" }],
      ...(resources === undefined ? {} : { resources }),
      ...(cgroupsPath === undefined ? {} : { cgroupsPath }),
      ...(devices === undefined ? {} : { devices }),
      ...(intelRdt === undefined ? {} : { intelRdt }),
      ...(mountLabel === undefined ? {} : { mountLabel }),
      ...(maskedPaths === undefined || !hasUser ? {} : { maskedPaths }),
      ...(uidMappings === undefined ? {} : { uidMappings }),
      ...(gidMappings === undefined ? {} : { gidMappings }),
    },
  };
}

function withoutFilter(facts: Facts): Facts {
  return { ...facts, filter: undefined };
}

/** CRIU leaves the host by a directory of the root: /tmp, else one that it makes, which takes a root that can be written to. */
function makeWayOut({ root }: Spec): Planned<InitStep>[] {
  if (root?.readonly !== true) return [];
  return [{ origin: "/root/readonly", onFailure: "ignore", step: { op: "makeDirectory", path: guestPath("/tmp"), mode: 0o1777 } }];
}

/** CRIU takes a root with everything mounted below it, but makes the mounts itself. */
function showRoot({ rootfs }: Facts, path: HostPath): Planned<InitStep>[] {
  const origin = "/root/path";
  return [
    { origin, step: { op: "openTree", slot: SLOT.root, source: rootfs, recursive: false } },
    { origin, step: { op: "attachRoot", slot: SLOT.root, path } },
  ];
}
