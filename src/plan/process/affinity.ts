/** `process.execCPUAffinity` → the processors that a process of exec may use, before and after it enters the container's cgroup. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import type { Process } from "../../spec/types.ts";
import type { InitStep, Planned } from "../steps/step.ts";

/** More than any kernel is built for. */
const MOST_PROCESSORS = 8192;

/** Without a list a process may use whatever its cgroup has. */
export function planAffinity({ execCPUAffinity }: Process, when: "initial" | "final"): Planned<InitStep>[] {
  const list = execCPUAffinity?.[when] ?? "";
  const origin = `/process/execCPUAffinity/${when}`;
  return list === "" ? [] : [{ origin, step: { op: "setAffinity", processors: parseList(list, origin) } }];
}

/** Of every `group` processors from `first` to `last` the first `used`. */
const RANGE = /^(\d+)(?:-(\d+)(?::(\d+)\/(\d+))?)?$/;

/** A list such as `0-3,7` or `0-31:2/4`. */
function parseList(list: string, origin: string): readonly number[] {
  return list.split(",").flatMap((part) => {
    const [, first = "", last = first, used = "1", group = "1"] = RANGE.exec(part.trim()) ?? [];
    if (first === "" || Number(last) >= MOST_PROCESSORS || Number(group) === 0) {
      throw new RuntimeError("config", `cannot use the processors ${JSON.stringify(part)}: the last one is ${MOST_PROCESSORS - 1}`, {
        pointer: origin,
      });
    }
    const all = Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => i);
    return all.filter((i) => i % Number(group) < Number(used)).map((i) => Number(first) + i);
  });
}
