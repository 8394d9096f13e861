/** What resctrl tells of a container's group, in the form that `runc events` prints. Documentation/filesystems/resctrl.rst */
import type { WideJson } from "../../base/wide-json.ts";
import type { RecordedResctrl } from "../../state/record.ts";
import { readDirectory, readTextIfThere, statIfThere } from "../../sys/file/file.ts";

/** By the names of the result. */
type Fields = Readonly<Record<string, WideJson | undefined>>;

/** Counters are those of the container's own monitoring group, or else of all that share its group. */
export function readResctrlStats({ root, groups }: RecordedResctrl): Fields {
  const [group = root] = groups;
  const schemata = linesOf(`${group}/schemata`);
  const all = linesOf(`${root}/schemata`);
  const has = (resource: string): boolean => statIfThere(`${root}/info/${resource}`) !== undefined;
  return {
    ...(has("L3") ? shares({ info: readCache(`${root}/info/L3`), all, own: schemata, resource: "L3", name: "l3_cache" }) : {}),
    ...(has("MB") ? shares({ info: readBandwidth(`${root}/info/MB`), all, own: schemata, resource: "MB", name: "mem_bw" }) : {}),
    schemata: schemata.length === 0 ? undefined : schemata,
    ...readCounters(groups.at(-1) ?? root, linesOf(`${root}/info/L3_MON/mon_features`)),
  };
}

interface Shares {
  readonly info: Fields;
  /** Lines of the root's schemata, and of the container's group. */
  readonly all: readonly string[];
  readonly own: readonly string[];
  readonly resource: string;
  readonly name: string;
}

function shares({ info, all, own, resource, name }: Shares): Fields {
  const of = (lines: readonly string[]): string | undefined => lines.findLast((line) => line.includes(resource))?.trim();
  return { [`${name}_info`]: info, [`${name}_schema_root`]: of(all), [`${name}_schema`]: of(own) };
}

function readCache(directory: string): Fields {
  return {
    cbm_mask: textOf(`${directory}/cbm_mask`),
    min_cbm_bits: numberOf(`${directory}/min_cbm_bits`),
    num_closids: numberOf(`${directory}/num_closids`),
  };
}

function readBandwidth(directory: string): Fields {
  const names = ["bandwidth_gran", "delay_linear", "min_bandwidth", "num_closids"];
  return Object.fromEntries(names.map((name) => [name, numberOf(`${directory}/${name}`)]));
}

/** One entry for each domain of the last level cache. */
function readCounters(group: string, features: readonly string[]): Fields {
  const domains = (readDirectory(`${group}/mon_data`) ?? []).filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  const counted = (names: readonly string[]): readonly WideJson[] =>
    domains
      .toSorted()
      .map((domain) => Object.fromEntries(names.map((name) => [name, numberOf(`${group}/mon_data/${domain}/${name}`) ?? 0n])));
  const bandwidths = ["mbm_total_bytes", "mbm_local_bytes"];
  return {
    ...(bandwidths.some((name) => features.includes(name)) ? { mbm_stats: counted(bandwidths) } : {}),
    ...(features.includes("llc_occupancy") ? { cmt_stats: counted(["llc_occupancy"]) } : {}),
  };
}

/** The first without what is before and behind it, as with runc; the others as they are. */
function linesOf(path: string): readonly string[] {
  const text = textOf(path);
  return text === undefined ? [] : text.split("\n");
}

function textOf(path: string): string | undefined {
  const text = readTextIfThere(path)?.trim() ?? "";
  return text === "" ? undefined : text;
}

/** Zero is left out, and so is what is no number: a counter of which the kernel knows nothing yet is "Unavailable". */
function numberOf(path: string): bigint | undefined {
  const text = textOf(path) ?? "";
  return /^[1-9]\d{0,19}$/.test(text) ? BigInt(text) : undefined;
}
