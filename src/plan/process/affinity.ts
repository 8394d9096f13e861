/** `process.execCPUAffinity` → the processors that a process of exec may use, before and after it enters the container's cgroup. Pure. */

import type { Process } from "../../spec/types.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { parseNumberList } from "./number-list.ts";

/** More than any kernel is built for. */
const MOST_PROCESSORS = 8192;

/** Without a list a process may use whatever its cgroup has. */
export function planAffinity({ execCPUAffinity }: Process, when: "initial" | "final"): Planned<InitStep>[] {
  const list = execCPUAffinity?.[when] ?? "";
  const origin = `/process/execCPUAffinity/${when}`;
  if (list === "") return [];
  const processors = parseNumberList(list, { words: "processors", most: MOST_PROCESSORS, origin });
  return [{ origin, step: { op: "setAffinity", processors } }];
}
