/** `events`: what a container uses, now or again and again, and that it ran out of memory, until it ends. */
import { RuntimeError } from "../../base/errors.ts";
import type { WideJson } from "../../base/wide-json.ts";
import { isUnified } from "../../plan/cgroup/update.ts";
import type { StateRecord } from "../../state/record.ts";
import { isAlive } from "../../state/status.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { monotonicMilliseconds } from "../../sys/process/clock.ts";
import { poll } from "../../sys/process/poll.ts";
import { openPid } from "../../sys/process/process.ts";
import { findContainer } from "../container/open-container.ts";
import type { HostContext } from "../context.ts";
import { watchOom } from "./oom-watch.ts";
import { readResctrlStats } from "./resctrl-stats.ts";
import { statsJson } from "./stats.ts";
import { readV1Stats } from "./stats-v1.ts";
import { readV2Stats } from "./stats-v2.ts";

/** As runc prints them. */
export type Event =
  | { readonly type: "stats"; readonly id: string; readonly data: WideJson }
  | { readonly type: "oom"; readonly id: string };

export function containerStats(id: string, context: HostContext): Event {
  return statsOf(requireRunning(id, context));
}

/** Returns when the container's init has ended. The statistics come first after one interval, in milliseconds. */
export function watchContainer(id: string, interval: number, emit: (event: Event) => void, context: HostContext): void {
  const record = requireRunning(id, context);
  using init = openInit(record);
  using watch = watchOom(record.cgroupPaths);
  let next = monotonicMilliseconds() + interval;
  for (;;) {
    const descriptors = [init.number, watch.fd.number].map((fd) => ({ fd, want: "read" }) as const);
    const ready = poll(descriptors, Math.max(0, next - monotonicMilliseconds()));
    for (let left = watch.take(); left > 0; left--) emit({ type: "oom", id }); // also those that ended the container
    if (ready.includes(init.number)) return;
    if (ready.length > 0) continue;
    emit(statsOf(record));
    next += interval;
    if (next < monotonicMilliseconds()) next = monotonicMilliseconds() + interval; // whoever reads is slower than that
  }
}

function requireRunning(id: string, context: HostContext): StateRecord {
  const { record, status } = findContainer(id, context);
  if (status !== "stopped" && status !== "creating") return record;
  throw new RuntimeError("state", `container with id ${id} is not running`, { hint: `its status is "${status}"` });
}

function openInit(record: StateRecord): Fd {
  const process = openPid(record.pid);
  if (process !== undefined && isAlive(record)) return process;
  process?.close();
  throw new RuntimeError("state", `container with id ${record.id} is not running`);
}

function statsOf({ id, cgroupPaths, resctrl }: StateRecord): Event {
  const rdt = resctrl === undefined ? {} : readResctrlStats(resctrl);
  const { unified } = cgroupPaths;
  if (!isUnified(cgroupPaths)) return { type: "stats", id, data: statsJson(readV1Stats(cgroupPaths), rdt) };
  if (unified !== undefined) return { type: "stats", id, data: statsJson(readV2Stats(unified), rdt) };
  throw new RuntimeError("unsupported", "cannot tell what the container uses: it has no cgroup of its own", {
    hint: "this user cannot create cgroups; have one delegated (systemd: Delegate=yes)",
  });
}
