/** Tells when a container was out of memory: by an event of v1's memory controller, or by the counter in memory.events of v2. */
import { RuntimeError } from "../../base/errors.ts";
import type { CgroupPaths } from "../../plan/cgroup/place.ts";
import { isUnified } from "../../plan/cgroup/update.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { OPEN, openFile, statIfThere, tryWriteExisting } from "../../sys/file/file.ts";
import { makeEvent, takeEvents, watchFiles } from "../../sys/process/notification.ts";
import { readTable } from "./counters.ts";

export interface OomWatch extends Disposable {
  /** Readable when `take` has something to say. */
  readonly fd: Fd;
  /** How often memory ran out since the last call. */
  take(): number;
}

export function watchOom(paths: CgroupPaths): OomWatch {
  const directory = isUnified(paths) ? paths.unified : paths.memory;
  if (directory === undefined) throw new RuntimeError("unsupported", "memory controller missing");
  return isUnified(paths) ? watchCounter(directory) : watchControl(directory);
}

/** Documentation/admin-guide/cgroup-v1/memory.rst, OOM Control. The kernel also sends an event when the cgroup is removed. */
function watchControl(directory: string): OomWatch {
  const control = `${directory}/cgroup.event_control`;
  const event = makeEvent();
  try {
    using file = openFile(`${directory}/memory.oom_control`, OPEN.read);
    check(tryWriteExisting(control, `${event.number} ${file.number}`), "write(2)", `register for out-of-memory events in ${control}`);
  } catch (error) {
    event.close();
    throw error;
  }
  return {
    fd: event,
    take: () => (takeEvents(event) && statIfThere(control) !== undefined ? 1 : 0),
    [Symbol.dispose]: () => event.close(),
  };
}

/** cgroup-v2.rst, memory.events: the kernel tells of changes as if it had written to the file. */
function watchCounter(directory: string): OomWatch {
  const count = (): number => Number(readTable(directory, "memory.events").get("oom_kill") ?? 0n);
  const file = watchFiles([`${directory}/memory.events`]);
  let last = count();
  return {
    fd: file,
    take: () => {
      takeEvents(file);
      const before = last;
      last = Math.max(last, count());
      return last - before;
    },
    [Symbol.dispose]: () => file.close(),
  };
}
