/** Carries out the host's half of a plan, one step after the other. It decides nothing. */
import { during, RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { SIGNALS } from "../../base/signals.ts";
import { describeHostStep } from "../../plan/describe.ts";
import type { MoveStep } from "../../plan/namespaces/net-devices.ts";
import { listenerState } from "../../plan/process/state-document.ts";
import { carryOutSteps } from "../../plan/steps/carry-out.ts";
import type { HostStep } from "../../plan/steps/host-step.ts";
import type { Planned, SyncPoint } from "../../plan/steps/step.ts";
import type { Steps } from "../../plan/steps/steps.ts";
import { readProcess } from "../../state/status.ts";
import { ownPid } from "../../sys/call/own-ids.ts";
import { replaceFile } from "../../sys/file/replace-file.ts";
import { openPid, trySignal, waitChild } from "../../sys/process/process.ts";
import { sendListener, sendPidfd } from "../caller/caller-socket.ts";
import type { TreeMaker } from "../context.ts";
import { LayerTrees } from "../layers/layer-trees.ts";
import { claimWritableLayer, type LayerUser, makeUpper } from "../layers/writable-layer.ts";
import { type Recorder, stepsOf } from "../timeline/recorder.ts";
import { carryOutCgroupStep } from "./cgroup-step.ts";
import { type Wording, wordFailure, wordWarning } from "./failure.ts";
import { Handshake, InitLost } from "./handshake.ts";
import { runHook } from "./hooks.ts";
import { writeIdMaps } from "./id-maps.ts";
import { type LaunchRequest, launchInit } from "./launch.ts";
import { NetDevices } from "./net-devices.ts";
import { requireProgramBegun } from "./program-begun.ts";
import { scheduleProcess } from "./scheduling.ts";

export interface Execution {
  readonly plan: Steps;
  /** What init is given beside its plan. */
  readonly launch: Omit<LaunchRequest, "plan" | "times">;
  readonly wording: Wording;
  readonly warn: (message: string) => void;
  readonly trace: (message: () => string) => void;
  readonly timeline?: Recorder | undefined;
  /** The state document that hooks, and the listener of a filter, get while a container is made; `pid` is that of init. */
  readonly stateFor: (pid: number, status: "creating" | "created") => string;
  /** For a plan that takes a terminal. */
  readonly takeTerminal?: (() => void) | undefined;
  /** For a plan that makes a container. */
  readonly creation?: Creation;
}

export interface Creation {
  readonly bundle: HostPath;
  readonly user: LayerUser;
  /** For a plan that makes a tree of layers. */
  readonly trees: TreeMaker | undefined;
  /** Called when it is known which process is going to be the container's init, which is busy. */
  readonly draftState?: (init: InitProcess) => void;
  /** Called before init puts the container's root, which has this id, into a mount namespace of others. */
  readonly nameRoot?: (mount: number) => void;
  /** Called when init is ready: from here on the container can be found by its pid. */
  readonly saveState: (init: InitProcess) => void;
}

export interface InitProcess {
  readonly pid: number;
  readonly startTime: string;
}

/** What runc's log says at the same stage, for those who look for it there. */
function runcWords(step: HostStep): string {
  if (step.op === "spawnInit") return "=> nsexec container setup: ";
  if (!("point" in step) || step.point !== "ready") return "";
  return step.op === "await" ? "child process in init(): " : "init: closing the pipe to signal completion: ";
}

function isMove(planned: Planned<HostStep>): planned is Planned<MoveStep> {
  return planned.step.op === "moveNetDevice";
}

/** Init on its way to the program. Whoever gives up calls `abandon`. */
export class Running implements Disposable {
  readonly #execution: Execution;
  /** Init's stages that have not been reaped; the last one becomes the program, or will clone the one that does. */
  readonly #stages: number[] = [];
  readonly #trees: LayerTrees;
  /** The stages' parent; undefined if we are. */
  #supervisor: number | undefined;
  /** The stage that is known to be ours. */
  #checked: InitProcess = { pid: 0, startTime: "" };
  /** How many of the host's steps. */
  #done = 0;
  #handshake: Handshake | undefined;
  #netDevices: NetDevices | undefined;

  constructor(execution: Execution) {
    this.#execution = execution;
    this.#trees = new LayerTrees(execution.creation?.trees, execution.warn);
  }

  /** Of the stage that becomes the program; of an earlier one before that. */
  get pid(): number {
    return this.#stages.at(-1) ?? 0;
  }

  /** For a plan that begins with it: there is a process that makes its namespaces, which end with us. Throws as `carryOut`. */
  spawnAhead(): void {
    const [first] = this.#execution.plan.host;
    if (first?.step.op !== "spawnInit")
      throw new RuntimeError("integrity", "this plan begins otherwise", { hint: "this is a bug in lamina" });
    this.#attempt(first, 0);
    this.#done = 1;
  }

  /** All host steps that are left, with what each says of its own failure. Throws a RuntimeError; nothing is undone here. */
  carryOut(): void {
    const left = this.#execution.plan.host.slice(this.#done);
    carryOutSteps(left, (planned, index) => this.#attempt(planned, this.#done + index), this.#execution.warn);
  }

  #attempt(planned: Planned<HostStep>, index: number): void {
    const { timeline } = this.#execution;
    this.#execution.trace(() => `${runcWords(planned.step)}${describeHostStep(planned.step)}`);
    try {
      this.#step(planned);
      timeline?.hostStep(index, planned, false);
    } catch (error) {
      timeline?.hostStep(index, planned, true);
      throw this.#worded(error);
    }
  }

  /** For `run`: waits until the program has taken init's place. */
  awaitExec(): void {
    try {
      this.#awaitProgram();
      this.#forgetNetDevices();
    } catch (error) {
      throw this.#worded(error);
    } finally {
      this.#execution.timeline?.lap("wait until the program has taken init's place", { isWait: true });
    }
  }

  #awaitProgram(): void {
    this.#handshake?.awaitExec();
    requireProgramBegun(this.pid);
  }

  #worded(error: unknown): unknown {
    return wordFailure(error, this.#execution.plan.init, this.#execution.wording);
  }

  get #creation(): Creation {
    const { creation } = this.#execution;
    if (creation === undefined) throw new RuntimeError("integrity", "this plan makes no container", { hint: "this is a bug in lamina" });
    return creation;
  }

  #step({ step, origin }: Planned<HostStep>): unknown {
    switch (step.op) {
      case "makeCgroup":
      case "writeCgroup":
      case "inheritCgroup":
      case "passRealtime":
      case "enableControllers":
      case "chownCgroup":
      case "startUnit":
      case "setUnitProperties":
      case "attachToUnit":
      case "attachDeviceProgram":
      case "moveToCgroup":
      case "makeResctrlGroup":
      case "writeSchemata":
      case "enterResctrl":
        return carryOutCgroupStep(step, origin, this.pid);
      case "claimLayer":
        return claimWritableLayer(step, this.#creation.user, origin);
      case "makeUpper":
        return makeUpper(step, origin);
      case "openLayer":
        return this.#trees.open(step, origin);
      case "makeTree":
        return this.#trees.make(step, origin);
      case "snapshotTree":
        return this.#trees.snapshot(step, origin);
      case "spawnInit":
        return this.#spawn();
      case "await":
        return this.#await(step.point);
      case "release":
        return this.#handshake?.release(step.point);
      case "moveNetDevice":
        return this.#moveNetDevice(step, origin);
      case "writeIdMaps":
        return writeIdMaps(this.pid, step);
      case "runHook":
        return during("error during container init", () =>
          runHook({ ...step, directory: this.#creation.bundle, state: this.#execution.stateFor(this.pid, "created") }),
        );
      case "sendPidfd":
        return sendPidfd(step.socket, this.pid, step.name);
      case "sendListener":
        return this.#sendListener(step);
      case "setScheduler":
      case "setIoPriority":
        return scheduleProcess(this.pid, step, origin);
      case "takeTerminal":
        return this.#execution.takeTerminal?.();
      case "awaitExec":
        return this.#awaitProgram();
      case "saveState":
        return this.#creation.saveState(this.#checked);
      case "writePidFile":
        return replaceFile(step.path, String(this.pid), { mode: 0o644 });
      default:
        return step satisfies never;
    }
  }

  /** A stage ends once it has told the pid of its successor. */
  #await(point: SyncPoint): void {
    this.#handshake?.await(point);
    const last = this.#stages.at(-1);
    if (last !== undefined && last !== this.#checked.pid) this.#requireChild(last);
    for (const pid of this.#stages.splice(0, this.#stages.length - 1)) {
      if (this.#supervisor === undefined) waitChild(pid);
    }
  }

  #moveNetDevice(step: MoveStep, origin: string): void {
    this.#netDevices ??= new NetDevices(this.pid, this.#execution.plan.host.filter(isMove));
    this.#netDevices.move(step, origin);
  }

  /** The container has for good what it was given: its network namespace is to end with it, and not with us. */
  #forgetNetDevices(): void {
    this.#netDevices?.[Symbol.dispose]();
    this.#netDevices = undefined;
  }

  #sendListener({ socket, metadata }: Extract<HostStep, { readonly op: "sendListener" }>): void {
    using listener = this.#handshake?.awaitListener();
    if (listener === undefined) return;
    const state = this.#execution.stateFor(this.pid, "creating");
    sendListener(socket, listener, listenerState(state, this.pid, metadata));
  }

  #spawn(): void {
    const { plan, launch, warn, timeline } = this.#execution;
    const { pid, socket } = launchInit({ ...launch, plan: plan.init, times: timeline?.initMemory(stepsOf(plan.init)) });
    this.#stages.push(pid);
    const limits = { steps: plan.init.length, isSupervised: launch.supervision !== undefined };
    this.#handshake = new Handshake(socket, limits, {
      warn: (step, errno) => warn(wordWarning(plan.init[step], errno)),
      next: (next) => {
        if (this.#stages.includes(next)) throw new InitLost();
        if (this.#supervisor === undefined) {
          this.#requireChild(next);
          this.#execution.creation?.draftState?.(this.#checked);
        }
        this.#stages.push(next);
      },
      mount: (id) => this.#execution.creation?.nameRoot?.(id),
      supervised: (first) => {
        this.#supervisor = this.#stages.pop();
        this.#stages.push(first);
      },
    });
  }

  /**
   * Who may trace a stage that is in namespaces of others speaks for it: what is no child of its parent is none of init's stages. A supervisor
   * reaps a stage as soon as that has named its successor, so there only the one that waits for us can be looked at.
   */
  #requireChild(pid: number): void {
    const process = readProcess(pid);
    if (process?.parent !== (this.#supervisor ?? ownPid())) throw new InitLost();
    this.#checked = { pid, startTime: process.startTime };
  }

  /** Kills and reaps init, in whichever stage it is. A supervisor ends when it has reaped it. */
  abandon(): void {
    this.#netDevices?.giveBack(this.#execution.warn);
    this.#forgetNetDevices();
    const supervisor = this.#supervisor;
    this.#handshake?.[Symbol.dispose](); // whoever has taken init over might wait for us to listen, and a traced process is first its tracer.s to reap
    for (const pid of this.#stages.splice(0)) {
      using process = openPid(pid);
      const isOurs = supervisor === undefined || readProcess(pid)?.parent === supervisor;
      if (process !== undefined && isOurs) trySignal(process, SIGNALS.SIGKILL);
      if (supervisor === undefined) waitChild(pid);
    }
    if (supervisor === undefined) return;
    this[Symbol.dispose]();
    waitChild(supervisor);
    this.#supervisor = undefined;
  }

  [Symbol.dispose](): void {
    this.#trees[Symbol.dispose]();
    this.#handshake?.[Symbol.dispose]();
    this.#forgetNetDevices();
  }
}
