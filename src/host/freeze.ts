/**
 * `pause` and `resume`: the container's cgroup is frozen, and thawed. Nothing about it is written down, since the cgroup's own
 * files tell (Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst; cgroup-v2.rst, cgroup.freeze).
 */
import { during, RuntimeError } from "../base/errors.ts";
import { ENDING_SIGNALS } from "../base/signals.ts";
import type { StateRecord } from "../state/record.ts";
import { isFrozen } from "../state/status.ts";
import { onDeath } from "../sys/process/last-will.ts";
import { pause } from "../sys/process/poll.ts";
import { HeldSignals } from "../sys/process/signals.ts";
import { freezeCgroups, thawCgroups } from "./cgroup/cgroup.ts";
import { lockContainer } from "./container/open-container.ts";
import type { HostContext } from "./context.ts";

/** Throws code "state" for one that does not run. One that is paused already stays so, and that is no error. */
export function pauseContainer(id: string, context: HostContext): void {
  using found = lockContainer(id, context);
  const { record, status } = found;
  if (status === "paused") return;
  if (status !== "running" && status !== "created") {
    throw new RuntimeError("state", "container not running", { hint: `its status is "${status}"` });
  }
  during(`cannot pause container ${id}`, () => freeze(record));
}

/** Throws code "state" for one that is not paused. */
export function resumeContainer(id: string, context: HostContext): void {
  using found = lockContainer(id, context);
  const { record, status } = found;
  if (status !== "paused") throw new RuntimeError("state", "container not paused", { hint: `its status is "${status}"` });
  during(`cannot resume container ${id}`, () => thaw(record));
}

/** Called now and then by work that takes long: throws if it is to end. */
export type Hear = () => void;

/**
 * Does `work` while nothing of the container runs, and lets the container go on then, also when a signal ends us: the work ends where it
 * hears of it, and the process by the signal. Should we be killed, a child lets the container go on. Without a container of that id, or with one that does not run, there is nothing to stop.
 * What cannot be frozen is a warning.
 */
export async function whilePaused<T>(id: string, context: HostContext, work: (hear: Hear) => Promise<T>): Promise<T> {
  using signals = new HeldSignals(ENDING_SIGNALS);
  using _frozen = freezeRunning(id, context);
  return await work(() => {
    if (signals.isPending()) throw new Error("a signal ends this");
  });
}

/** Undefined unless the container was running until now. */
function freezeRunning(id: string, context: HostContext): Disposable | undefined {
  try {
    using found = lockContainer(id, context);
    const { record, status } = found;
    if (status !== "running") return undefined;
    using stack = new DisposableStack();
    const thawRecorded = (): void => thawCgroups(record.cgroupPaths);
    stack.use(onDeath("lamina:thaw", thawRecorded));
    freeze(record);
    stack.defer(thawRecorded);
    return stack.move();
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    if (error.code !== "not-found") context.warn(`container ${id} goes on meanwhile: ${error.message}`);
    return undefined;
  }
}

const LONGEST = 2000; // times a millisecond
/** A process that is forked meanwhile can keep a v1 cgroup from ever getting there; thawed for a moment it starts anew. */
const AGAIN = 50;

/** Returns when everything in it has stopped. */
function freeze({ cgroupPaths }: StateRecord): void {
  const { freezer, unified } = cgroupPaths;
  if (freezer === undefined && unified === undefined) {
    throw new RuntimeError("unsupported", "it has no cgroup that can be frozen", {
      hint: "on cgroup v1 that takes the freezer controller, on v2 a cgroup of its own",
    });
  }
  for (let turn = 0; turn < LONGEST; turn++) {
    if (turn % AGAIN === 0) {
      if (turn > 0) thawCgroups(cgroupPaths);
      freezeCgroups(cgroupPaths);
    }
    if (isFrozen(cgroupPaths)) return;
    pause(1);
  }
  thawCgroups(cgroupPaths);
  throw new RuntimeError("state", `${freezer ?? unified} does not come to rest`, {
    hint: "a process in it hangs in the kernel: see /proc/PID/wchan",
  });
}

function thaw({ cgroupPaths }: StateRecord): void {
  thawCgroups(cgroupPaths);
  for (let turn = 0; isFrozen(cgroupPaths); turn++) {
    if (turn === LONGEST) {
      throw new RuntimeError("state", `${cgroupPaths.freezer ?? cgroupPaths.unified} stays frozen`, {
        hint: "may we write to it, and is a cgroup above it frozen?",
      });
    }
    pause(1);
  }
}
