/** What the resctrl file system has, for containers that ask for a share of caches or memory bandwidth. */
import type { ResctrlFacts } from "../../plan/facts.ts";
import type { IntelRdt } from "../../spec/types.ts";
import { readDirectory, readTextIfThere } from "../../sys/file/file.ts";
import type { Mount } from "./mount-table.ts";

/** Nothing if config.json does not ask for it, or if it is mounted nowhere. */
export function readResctrlFacts(rdt: IntelRdt | undefined, mounts: readonly Mount[]): { readonly resctrl?: ResctrlFacts } {
  const root = rdt === undefined ? undefined : mounts.find(({ type }) => type === "resctrl")?.mountPoint;
  if (rdt === undefined || root === undefined) return {};
  const { closID = "" } = rdt;
  const groups = (readDirectory(root) ?? []).filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  const step = Number(readTextIfThere(`${root}/info/MB/bandwidth_gran`)?.trim() ?? "1");
  return {
    resctrl: {
      root,
      groups,
      schemata: closID === "" ? "" : (readTextIfThere(closID === "/" ? `${root}/schemata` : `${root}/${closID}/schemata`) ?? ""),
      bandwidthStep: step > 0 ? step : 1,
    },
  };
}
