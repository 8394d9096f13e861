/**
 * From a bundle and a checkpoint to a container that runs. Everything is written down before it is done, and undone if it fails.
 *
 *   native init, as for `run`        cgroups, root and mounts, in a mount namespace of its own, where it waits
 *   criu, in that mount namespace    enters the cgroups; init is not needed any more and ends
 *     setup-namespaces               prestart and createRuntime hooks
 *     orphan-pts-master              the terminal goes to whoever takes it
 *     post-restore                   limits that come last, record, pid file; then the processes go on, the first as our child
 */
import { during } from "../base/errors.ts";
import type { HostPath } from "../base/paths.ts";
import type { CriuOptions, Notification } from "../plan/criu/criu-message.ts";
import { findExternalMounts } from "../plan/criu/external-mounts.ts";
import { externalSources, requireSameMounts, requireSources } from "../plan/criu/external-sources.ts";
import {
  enteredNamespaces,
  handedNamespaces,
  type JoinedNamespace,
  joinedNamespaces,
  requireSameNamespaces,
} from "../plan/criu/namespaces.ts";
import { stagedMounts } from "../plan/criu/restored-flags.ts";
import { hasUserNamespace, namesInside, requireNoneCarried, requireSameIds, rootOnHost } from "../plan/criu/user-namespace.ts";
import type { Facts } from "../plan/facts.ts";
import { parseNamespaces } from "../plan/namespaces/namespaces.ts";
import { planRestore, type RestorePlan } from "../plan/plan-restore.ts";
import { planHostHooks } from "../plan/process/hooks.ts";
import { stateText } from "../plan/process/state-document.ts";
import type { Spec } from "../spec/types.ts";
import { requireContainerId } from "../state/container-id.ts";
import { StateDirectory } from "../state/directory.ts";
import { beginRun, takeBackRun } from "../state/last-run.ts";
import type { StateRecord } from "../state/record.ts";
import { writeRecord } from "../state/record-file.ts";
import { readProcess } from "../state/status.ts";
import type { Fd } from "../sys/call/fd.ts";
import { absolutePath } from "../sys/call/working-directory.ts";
import { OPEN, openFile } from "../sys/file/file.ts";
import { replaceFile } from "../sys/file/replace-file.ts";
import { whileInMountNamespace } from "../sys/kernel/mount.ts";
import type { UsableBundle } from "./bundle/bundle.ts";
import { planBundle } from "./bundle/plan-bundle.ts";
import { makeNotifyDirectory, withNotifySocket } from "./caller/notify-socket.ts";
import { requireUnusedCgroups } from "./cgroup/cgroup.ts";
import { writeContainerFilter } from "./container/container-filter.ts";
import { removeFailed } from "./container/remove.ts";
import type { HostContext } from "./context.ts";
import { readBindable } from "./criu/bindable-mounts.ts";
import { callersStreams, readCheckpointFiles } from "./criu/checkpoint-files.ts";
import { wordCriuFailure } from "./criu/criu-log.ts";
import { type CriuFlags, commonOptions, openPlaces, type Places } from "./criu/criu-options.ts";
import { Criu, FIRST_INHERITED } from "./criu/criu-program.ts";
import { requireWholeImages } from "./criu/image-sizes.ts";
import { giveFlagsBack } from "./criu/lost-flags.ts";
import { enterCgroups, readCgroupRoots } from "./criu/restored-cgroups.ts";
import { bringLoopbackUp, ownNamespaces, readIds, withTimeNamespace } from "./criu/restored-namespaces.ts";
import { hostDevices, surroundingsOf } from "./criu/surroundings.ts";
import { tieMounts } from "./criu/untied-mounts.ts";
import { lendStreams, showToUser, type View } from "./criu/user-view.ts";
import { type Mount, readMounts } from "./facts/mount-table.ts";
import { carryOutLate } from "./init/cgroup-step.ts";
import { Running } from "./init/execute.ts";
import { OF_CONTAINER } from "./init/failure.ts";
import { runHook } from "./init/hooks.ts";
import { keepNewFilter, makeRecord, requireReplaceable } from "./prepare.ts";

export interface RestoreOptions extends CriuFlags {
  readonly id: string;
  readonly pidFile: string | undefined;
  readonly noPivot: boolean;
  readonly lsmProfile: string | undefined;
  readonly lsmMountContext: string | undefined;
}

export interface RestoreWork {
  readonly criu: HostPath;
  readonly options: RestoreOptions;
  readonly bundle: UsableBundle;
  /** Called with the master of the processes' terminal, if they have one, before they go on. */
  readonly takeTerminal: (master: Fd) => void;
}

export interface Restored {
  /** Locked; the caller disposes of it. */
  readonly directory: StateDirectory;
  readonly record: StateRecord;
}

const LOG = "restore.log";

/** All that is known before anything is done. */
interface Prepared {
  readonly plan: RestorePlan;
  readonly facts: Facts;
  readonly joined: readonly JoinedNamespace[];
  readonly images: HostPath;
  readonly log: HostPath;
  readonly directory: StateDirectory;
  readonly record: StateRecord;
}

export function restoreProcesses(work: RestoreWork, context: HostContext): Restored {
  const { options, bundle } = work;
  const id = requireContainerId(options.id);
  requireReplaceable(options.pidFile);
  const { path: images, log } = requirePlaces(options, bundle.spec);
  const creation = { ...options, noNewKeyring: false, consoleSocket: undefined, pidfdSocket: undefined, preserveFds: 0 };
  const { facts, plan } = planBundle({ command: "run", options: creation, bundle }, context);
  const joined = joinedNamespaces(bundle.spec, facts.ownNamespaces);
  for (const warning of [...bundle.warnings, ...plan.warnings]) context.warn(warning);
  const container = { id, bundle: bundle.path, rootfs: facts.rootfs, created: new Date().toISOString() };
  const record = makeRecord({ bundle, options: creation }, plan, container);
  const directory = StateDirectory.create(context.root, id);
  const restore = planRestore(withNotifySocket(bundle.spec, context.root, id), facts, { id, root: directory.path });
  return new Restoration(work, { plan: restore, facts, joined, images, log, directory, record }, context).carryOut();
}

/** Throws now what would be thrown later, when there is something to undo. */
function requirePlaces(options: RestoreOptions, spec: Spec): Places {
  using places = openPlaces(options, LOG, { make: false });
  const { mounts, ids } = readCheckpointFiles(places.path);
  if (mounts.length > 0) requireSameIds(spec, ids);
  requireWholeImages(places.path);
  commonOptions(options, places, LOG);
  return places;
}

class Restoration {
  readonly #work: RestoreWork;
  readonly #prepared: Prepared;
  readonly #context: HostContext;
  /** Those of native init's mount namespace. */
  #mounts: readonly Mount[] = [];
  #untied: View["untied"] = new Map();
  #lent: Disposable | undefined;
  /** Undefined as long as there is nothing to undo but the directory. */
  #record: StateRecord | undefined;

  constructor(work: RestoreWork, prepared: Prepared, context: HostContext) {
    this.#work = work;
    this.#prepared = prepared;
    this.#context = context;
  }

  carryOut(): Restored {
    const { directory, record } = this.#prepared;
    try {
      makeNotifyDirectory(directory);
      requireUnusedCgroups(record.cgroupPaths);
      this.#record = record;
      this.#writeFiles();
      this.#restore();
      return { directory, record: this.#record };
    } catch (error) {
      if (this.#record !== undefined) takeBackRun(this.#record);
      removeFailed(directory, this.#record, this.#context);
      directory[Symbol.dispose]();
      throw error;
    }
  }

  #writeFiles(): void {
    const { directory, record } = this.#prepared;
    const { bundle } = this.#work;
    writeRecord(directory.path, record);
    if (bundle.filter !== undefined) writeContainerFilter(directory.path, bundle.filter.program);
    keepNewFilter(bundle, this.#context.root);
  }

  #restore(): void {
    const { images, log, record, joined, facts } = this.#prepared;
    const { criu, options: flags } = this.#work;
    const { spec } = this.#work.bundle;
    using stack = new DisposableStack();
    const stage = stack.use(this.#makeStage());
    stack.defer(() => stage.abandon()); // once more does no harm
    const mounts = stack.use(openFile(`/proc/${stage.pid}/ns/mnt`, OPEN.read));
    const places = stack.use(whileInMountNamespace(mounts, () => openPlaces(flags, LOG, { make: false }))); // CRIU mounts something there
    const files = readCheckpointFiles(images);
    this.#mounts = readBindable(stage.pid, mounts, record.rootfs);
    if (hasUserNamespace(spec)) requireNoneCarried(spec, namesInside(this.#mounts, record.rootfs), hostDevices());
    const sources = externalSources(this.#mounts, record.rootfs, { hasUser: hasUserNamespace(spec) });
    requireSources(files.external, sources);
    const view = this.#view({ sources, places }, mounts, stack);
    this.#untied = view.untied;
    const streams = callersStreams(files.streams);
    this.#lent = stack.use(lendStreams(streams, spec));
    const handed = handedNamespaces(joined).map(({ key, path }) => ({ key, file: stack.use(openFile(path, OPEN.read)) }));
    const keyring = facts.hasKeyrings ? rootOnHost(spec) : undefined;
    using program = new Criu(criu, { streams: [0, 1, 2], inherited: handed.map(({ file }) => file), mounts, keyring });
    enterCgroups(record.cgroupPaths, program.pid);
    stage.abandon();
    const inheritFds = [...streams, ...handed.map(({ key }, i) => ({ key, fd: FIRST_INHERITED + i }))];
    const options = { ...this.#criuOptions(view), cgroupRoots: readCgroupRoots(program.pid), inheritFds };
    const reply = program.ask({ verb: "restore", options }, { notify: (told, descriptor) => this.#hear(told, descriptor) });
    if (!reply.isGood) throw wordCriuFailure({ criu, what: `cannot restore container ${record.id}`, log, reply });
  }

  /** Init, waiting where the mounts are. Whoever is done with it abandons it. */
  #makeStage(): Running {
    const { plan, record } = this.#prepared;
    const { warn, trace, root } = this.#context;
    const stage = new Running({
      plan,
      launch: { startSocket: undefined, consoleSocket: undefined, preserveFds: 0, supervision: undefined },
      wording: OF_CONTAINER,
      warn,
      trace,
      stateFor: (pid, status) => this.#state(pid, status),
      creation: {
        bundle: record.bundle,
        user: { root, id: record.id, created: record.created },
        trees: this.#work.bundle.trees,
        saveState: () => {},
      },
    });
    try {
      during(`cannot restore container ${record.id}`, () => stage.carryOut());
      return stage;
    } catch (error) {
      stage.abandon();
      stage[Symbol.dispose]();
      throw error;
    }
  }

  #view(known: Pick<View, "sources" | "places">, namespace: Fd, stack: DisposableStack): View {
    const { directory, record } = this.#prepared;
    if (!hasUserNamespace(this.#work.bundle.spec)) return { root: directory.path, ...known, untied: new Map() };
    const stage = { ...known, mounts: this.#mounts, rootfs: record.rootfs, directory: directory.path };
    return whileInMountNamespace(namespace, () => showToUser(stage, stack));
  }

  #criuOptions({ root, sources, places }: View): CriuOptions {
    const { options } = this.#work;
    return {
      ...commonOptions(options, places, LOG),
      root,
      externalMounts: sources,
      evasiveDevices: true,
      restoreAsSibling: true,
      orphanPtsMaster: this.#work.bundle.spec.process?.terminal === true,
      joinNamespaces: enteredNamespaces(this.#prepared.joined),
      lsmProfile: options.lsmProfile,
      lsmMountContext: options.lsmMountContext,
    };
  }

  #hear({ stage, pid }: Notification, descriptor: Fd | undefined): void {
    if (stage === "setup-namespaces") this.#setUpNamespaces(pid);
    else if (stage === "orphan-pts-master" && descriptor !== undefined) this.#work.takeTerminal(descriptor);
    else if (stage === "post-restore") this.#complete(pid);
  }

  #checkNamespaces(pid: number, which: "first" | "all"): void {
    const { spec } = this.#work.bundle;
    requireSameNamespaces(spec, ownNamespaces(pid), which);
    requireSameIds(spec, readIds(pid));
  }

  #setUpNamespaces(pid: number): void {
    const { spec } = this.#work.bundle;
    this.#checkNamespaces(pid, "first"); // hooks would change those that it has
    if (parseNamespaces(spec).created.has("network")) bringLoopbackUp(pid);
    for (const { step } of [...planHostHooks(spec, "prestart"), ...planHostHooks(spec, "createRuntime")]) {
      if (step.op !== "runHook") continue;
      runHook({ ...step, directory: this.#prepared.record.bundle, state: this.#state(pid, "created") });
    }
  }

  #state(pid: number, status: "creating" | "created"): string {
    return stateText(this.#work.bundle.spec, this.#prepared.facts, this.#prepared.record.id, status, pid);
  }

  #checkMounts(pid: number): void {
    const { record, images } = this.#prepared;
    const restored = readMounts(pid);
    const external = findExternalMounts(restored, surroundingsOf(pid));
    const { mounts: written } = readCheckpointFiles(images);
    requireSameMounts({ restored, external, written }, { mounts: this.#mounts, rootfs: record.rootfs });
    const staged = stagedMounts(this.#work.bundle.spec, namesInside(this.#mounts, record.rootfs), external);
    giveFlagsBack(pid, restored, { written, staged });
    tieMounts(pid, restored, this.#untied);
  }

  /** The processes are there, and have not gone on. */
  #complete(pid: number): void {
    const { plan, record, directory } = this.#prepared;
    const { pidFile } = this.#work.options;
    this.#checkNamespaces(pid, "all");
    this.#checkMounts(pid);
    this.#lent?.[Symbol.dispose]();
    const restored = withTimeNamespace({ ...record, pid, startTime: readProcess(pid)?.startTime ?? "" });
    this.#record = restored;
    writeRecord(directory.path, restored);
    carryOutLate(plan.after, pid, this.#context.warn);
    beginRun(restored);
    if (pidFile !== undefined) replaceFile(absolutePath(pidFile), String(pid), { mode: 0o644 });
  }
}
