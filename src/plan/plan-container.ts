/**
 * A validated config.json, facts about the host and the caller's options → the whole plan. Read it from top to bottom for the
 * order of everything that happens between `create` and the program's first instruction. Pure.
 */
import { append } from "../base/append.ts";
import { RuntimeError } from "../base/errors.ts";
import { guestPath, type HostPath } from "../base/paths.ts";
import type { Process, Spec } from "../spec/types.ts";
import { type CgroupUser, planCgroupOwner } from "./cgroup/owner.ts";
import { type CgroupPlan, planCgroup } from "./cgroup/phases.ts";
import type { CgroupUnit } from "./cgroup/place.ts";
import type { Facts } from "./facts.ts";
import { type FilterPlan, planFilter } from "./filter/filter.ts";
import { keepMounts } from "./mounts/kept-mounts.ts";
import { type MountEntry, parseMounts, rootPaths, withLockedFlags } from "./mounts/mount-entry.ts";
import { type MountPlan, planMounts } from "./mounts/mounts.ts";
import { hostId, planIdMaps } from "./namespaces/id-maps.ts";
import { type PlacedRoot, planPlacement, requireCopyableMounts } from "./namespaces/joined-mounts.ts";
import { type LatePid, nameInProc, planLatePid, withoutPid } from "./namespaces/late-pid.ts";
import { copiesMounts, isolates, type Namespaces, parseNamespaces, planNamespaces, userNamespaceOf } from "./namespaces/namespaces.ts";
import { NET_DEVICES } from "./namespaces/net-devices.ts";
import { requireOthersNamespaces } from "./namespaces/own-namespaces.ts";
import { planSysctl } from "./namespaces/sysctl.ts";
import { meetsBeforePivot, planHost } from "./plan-host.ts";
import { CAPABILITIES } from "./process/capabilities.ts";
import { planConsole, planControl } from "./process/console.ts";
import type { Handover } from "./process/handover.ts";
import { hasCreateHooks, planInitHooks } from "./process/hooks.ts";
import { type IdentityPlan, NO_PROGRAM, type ProgramPlan, planForeignGroups, planIdentity, planProgram } from "./process/identity.ts";
import { labelKeyring, planExecLabel, requireLabels } from "./process/labels.ts";
import { planOomScore } from "./process/oom-score.ts";
import { planRaisedLimits } from "./process/rlimits.ts";
import { planScheduling, type SchedulingPlan } from "./process/scheduling.ts";
import { stateDocument } from "./process/state-document.ts";
import { planStreamsFromOutside } from "./process/streams.ts";
import { planResctrl, type ResctrlPlace } from "./resctrl.ts";
import { planDevices } from "./root/devices.ts";
import type { LayersPlan } from "./root/layer-driver.ts";
import { planLayers } from "./root/layers.ts";
import { mountsOnHost, planMasks, planPivot, planRoot, planRootAttributes } from "./root/rootfs.ts";
import { type InitStep, type Planned, SYNC_POINTS, type SyncPoint } from "./steps/step.ts";
import type { Steps } from "./steps/steps.ts";
import { requireSupported } from "./unsupported.ts";

export interface PlanOptions extends Handover {
  readonly id: string;
  /** `create` leaves init waiting for `start`; `run` does not wait. */
  readonly waitForStart: boolean;
  readonly noPivot: boolean;
  readonly noNewKeyring: boolean;
  /** For a plan that only makes what the container with these namespaces takes over. Default: those of the spec. */
  readonly owner?: Namespaces;
}

export interface Plan extends Steps {
  /** The container's directory in each hierarchy, by its first controller; "unified" on v2. */
  readonly cgroupPaths: Readonly<Record<string, HostPath>>;
  /** Of systemd's, if that made its cgroup. */
  readonly unit: CgroupUnit | undefined;
  readonly resctrl: ResctrlPlace | undefined;
  /** The mount namespace given by path that the container lives in, with its root over that of the namespace. */
  readonly placedRoot: PlacedRoot | undefined;
}

export function planContainer(spec: Spec, facts: Facts, options: PlanOptions): Plan {
  requireSupported(spec);
  requireLabels(spec, facts);
  const process = spec.process ?? emptyProcess(options);
  const namespaces = parseNamespaces(spec);
  const { owner = namespaces } = options;
  const entries = parseEntries({ spec, namespaces, owner }, facts);
  requireCopyableMounts(spec, namespaces, facts);
  requireOthersNamespaces(spec, facts);
  const cgroup = planCgroupOf({ spec, mounts: entries, namespaces: owner }, facts, options.id);
  const idMaps = planIdMaps(spec, facts);
  const mounts = planMounts(entries, { spec, facts, namespaces, cgroupPaths: cgroup.paths });
  const latePid = planLatePid({ spec, namespaces, facts, mounts: mounts.steps });
  const { personality, memoryPolicy, seccomp } = spec.linux ?? {};
  const setgroupsDenied = facts.setgroupsDenied || (idMaps?.denySetgroups ?? false);
  const surroundings = { personality, memoryPolicy, userNamespace: userNamespaceOf(namespaces), setgroupsDenied };
  const scheduling = planScheduling(process, (spec.hooks?.startContainer ?? []).length > 0, facts);
  const resctrl = planResctrl(spec.linux?.intelRdt, options.id, facts.resctrl);
  const when = { isSeen: latePid !== undefined, isScheduledLast: scheduling.init.length > 0 };
  const filter = planFilter({ seccomp, process, userNamespace: surroundings.userNamespace, ...when }, facts);
  const program = spec.process === undefined ? NO_PROGRAM : planProgram(process, options.preserveFds);
  const identity = planIdentity(process, surroundings, facts, filter.capabilities);
  const layers = facts.layers && planLayers({ layers: facts.layers, spec, facts, namespaces: owner });
  const parts: Parts = { spec, process, namespaces, owner, latePid, facts, entries, mounts, layers, options };
  const fileSystem = planFileSystem(parts);
  const placement = planPlacement(namespaces, facts, fileSystem);
  const init = keepMounts([
    ...planFirstStage(parts, cgroup),
    ...planSurroundings(parts),
    ...planProc(namespaces),
    ...fileSystem,
    ...placement.steps,
    ...(latePid?.join ?? []),
    ...planExecLabel(process, facts),
    own({ op: "letGo" }), // before any unguarded look-up of a name that the image controls: directory, program, hooks
    ...planProcess(parts, { identity, program, filter, scheduling: scheduling.init }),
    sync("ready"),
    ...(options.waitForStart ? [own({ op: "waitStart" })] : []),
    ...filter.late, // startContainer hooks may be the image's
    ...planInitHooks(spec, "startContainer", () => stateDocument(spec, facts, options.id, "created")),
    ...program.exec,
  ]);
  return {
    host: planHost({ ...parts, cgroup, idMaps, filter: filter.host, scheduling: scheduling.host, resctrl, placement }),
    init,
    cgroupPaths: cgroup.paths,
    unit: cgroup.unit,
    resctrl: resctrl.place,
    placedRoot: placement.root,
    warnings: [...cgroup.warnings, ...mounts.warnings, ...identity.warnings, ...placement.warnings],
  };
}

/** What is made outside for a container with a user namespace keeps the flags that the kernel would have locked for it. */
function parseEntries(parts: Pick<Parts, "spec" | "namespaces" | "owner">, facts: Facts): MountEntry[] {
  const entries = parseMounts(parts.spec, rootPaths(parts.spec, facts));
  return isOutside(parts) ? entries.map(withLockedFlags) : entries;
}

function isOutside({ namespaces, owner }: Pick<Parts, "namespaces" | "owner">): boolean {
  return isolates(owner, "user") && !isolates(namespaces, "user");
}

function planCgroupOf(user: CgroupUser, facts: Facts, id: string): CgroupPlan {
  const { spec } = user;
  return planCgroup({
    cgroupsPath: spec.linux?.cgroupsPath,
    id,
    resources: spec.linux?.resources,
    facts: facts.cgroup,
    annotations: spec.annotations,
    owner: planCgroupOwner(user, facts.uid),
  });
}

interface Parts {
  readonly spec: Spec;
  readonly process: Process;
  readonly namespaces: Namespaces;
  readonly owner: Namespaces;
  readonly latePid: LatePid | undefined;
  readonly facts: Facts;
  readonly entries: readonly MountEntry[];
  readonly mounts: MountPlan;
  readonly layers: LayersPlan | undefined;
  readonly options: PlanOptions;
}

/** In the host's namespaces, except for joined ones, up to the clone of the container's own init. */
function planFirstStage({ spec, process, namespaces, latePid, facts, mounts, layers }: Parts, cgroup: CgroupPlan): Planned<InitStep>[] {
  const beforeUser = [
    ...planOomScore(process, facts),
    ...planRaisedLimits(process.rlimits ?? [], facts.limits),
    ...(namespaces.created.has("user")
      ? planStreamsFromOutside(process, hostId(process.user?.uid ?? 0, spec.linux?.uidMappings ?? []), facts)
      : []),
    ...(layers?.before ?? []),
    ...mounts.before,
  ];
  return [
    ...(layers?.meanwhile === undefined ? [] : [own({ op: "waitHost", point: SYNC_POINTS.layers })]),
    ...(layers?.first ?? []),
    ...planForeignGroups(namespaces.joined.find(({ type }) => type === "user")?.origin, facts),
    ...mounts.first,
    ...(latePid?.open ?? []),
    ...planNamespaces({
      spec,
      namespaces: latePid === undefined ? namespaces : withoutPid(namespaces),
      facts,
      beforeUser,
      cgroup: cgroup.entry,
    }),
  ];
}

/** Session, keyring (owned by the container's root, so after the user namespace), names, loopback: before anything else. */
function planSurroundings({ spec, process, namespaces, latePid, facts, options }: Parts): Planned<InitStep>[] {
  const steps: Planned<InitStep>[] = [...(latePid === undefined ? [own({ op: "setsid" })] : []), own({ op: "umask", mask: 0 })];
  if (!options.noNewKeyring && facts.hasKeyrings) append(steps, labelKeyring(process, [own({ op: "newSessionKeyring" })]));
  if (namespaces.created.has("network")) steps.push({ origin: namespaces.originOf("network"), step: { op: "loopbackUp" } });
  if (spec.hostname) steps.push({ origin: "/hostname", step: { op: "sethostname", name: spec.hostname } });
  if (spec.domainname) steps.push({ origin: "/domainname", step: { op: "setdomainname", name: spec.domainname } });
  return steps;
}

/**
 * Where the kernel allows no new procfs (its pid namespace belongs to another user, or the host's own is covered), the host's is
 * cloned. A container that shares the host's mounts may be forbidden that too; then init writes through the host's own,
 * which it closes like any other, and before that no link of the image is followed to it. So it does in a copy of a mount namespace given
 * by path, whose /proc may be anything.
 */
function planProc(namespaces: Namespaces): Planned<InitStep>[] {
  const clone = own({ op: "openProc", fresh: false });
  if (copiesMounts(namespaces)) return [{ ...own({ op: "openProc", fresh: true }), onFailure: "ignore" }];
  return [
    { ...own({ op: "openProc", fresh: true }), onFailure: "else" },
    isolates(namespaces, "mount") ? clone : { ...clone, onFailure: "ignore" },
  ];
}

/** Everything is mounted below the rootfs before it becomes "/", so hooks see it from outside. */
function planFileSystem(parts: Parts): Planned<InitStep>[] {
  const { spec, process, namespaces, owner, latePid, facts, entries, mounts, layers, options } = parts;
  const ownMounts = isolates(namespaces, "mount") || mountsOnHost(spec, namespaces);
  const place = { inUserNamespace: isolates(owner, "user"), isOutside: isOutside(parts) };
  const devices = ownMounts ? planDevices({ spec, mounts: entries, facts, ...place }) : [];
  const cwd = guestPath(process.cwd);
  return [
    ...planRoot(spec, namespaces, facts, layers),
    ...(latePid === undefined ? mounts.steps : nameInProc(mounts.steps)),
    ...devices,
    ...planStreams(devices.length > 0, namespaces, facts),
    ...planMasks(spec),
    ...(meetsBeforePivot(spec) ? [{ ...sync("hooks"), origin: hasCreateHooks(spec) ? "/hooks" : NET_DEVICES }] : []),
    ...planContainerHooks(spec, facts, options.id),
    planPivot(namespaces, facts, options.noPivot),
    ...(cwd === "/" // if it cannot be made, entering it fails
      ? []
      : [{ origin: "/process/cwd", onFailure: "ignore" as const, step: { op: "makeDirectory", path: cwd, mode: 0o755 } as const }]),
    ...planConsole(process, ownMounts),
    ...(latePid === undefined ? planControl(process) : []),
    ...mounts.last,
    ...planRootAttributes(spec),
    ...planSysctl(spec),
  ];
}

interface ProcessParts {
  readonly identity: IdentityPlan;
  readonly program: ProgramPlan;
  readonly filter: FilterPlan;
  readonly scheduling: SchedulingPlan["init"];
}

/** Init becomes what the program is to be. */
function planProcess({ process, latePid, options }: Parts, { identity, program, filter, scheduling }: ProcessParts): Planned<InitStep>[] {
  return [
    ...identity.steps,
    ...program.home,
    ...program.find,
    own({ op: "closeOnExec", first: 3 + options.preserveFds }),
    ...(latePid === undefined ? scheduling : []), // which the filter may forbid
    ...filter.early,
    ...identity.last,
    ...filter.unseen,
    ...(latePid === undefined ? [] : [...latePid.enter, ...planControl(process), ...scheduling]),
  ];
}

/**
 * A container without a null device made by lamina gets the host's, unchangeable. Without a mount namespace that takes
 * privileges; a user without them does not own the host's device either.
 */
function planStreams(hasNull: boolean, namespaces: Namespaces, { uid, ownCapabilities }: Facts): Planned<InitStep>[] {
  const mayMount = uid === 0 && ((ownCapabilities >> BigInt(CAPABILITIES.CAP_SYS_ADMIN)) & 1n) === 1n && !isolates(namespaces, "user");
  return hasNull || isolates(namespaces, "mount") || mayMount ? [own({ op: "reopenNull", ofHost: !hasNull })] : [];
}

/** In the container's namespaces but with the host's files, created with the caller's umask; runc starts them in the rootfs. */
function planContainerHooks(spec: Spec, facts: Facts, id: string): Planned<InitStep>[] {
  const hooks = planInitHooks(spec, "createContainer", () => stateDocument(spec, facts, id, "created"));
  if (hooks.length === 0) return [];
  const step = (one: InitStep): Planned<InitStep> => ({ origin: "/hooks/createContainer", step: one });
  return [step({ op: "umask", mask: facts.umask }), step({ op: "chdir", path: facts.rootfs }), ...hooks, step({ op: "umask", mask: 0 })];
}

/** What init is until somebody deletes it: it holds the namespaces, and executes nothing (runtime-spec, config.md, Process). */
function emptyProcess({ waitForStart }: PlanOptions): Process {
  if (waitForStart) return { cwd: "/" };
  throw new RuntimeError("config", 'cannot run a container without a program: "process" is missing', {
    pointer: "",
    hint: "without it a container can be created, but not started",
  });
}

function own(step: InitStep): Planned<InitStep> {
  return { origin: "", step };
}

function sync(point: SyncPoint): Planned<InitStep> {
  return own({ op: "sync", point: SYNC_POINTS[point] });
}
