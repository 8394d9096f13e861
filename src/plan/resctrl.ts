/**
 * config.json `linux.intelRdt` → a group in the resctrl file system (Documentation/filesystems/resctrl.rst), whose share of caches and memory
 * bandwidth the container's processes have, and one to monitor them in. Pure.
 */
import { RuntimeError } from "../base/errors.ts";
import { type HostPath, hostPath } from "../base/paths.ts";
import type { IntelRdt } from "../spec/types.ts";
import type { WriteSchemata } from "./cgroup/limits.ts";
import type { ResctrlFacts } from "./facts.ts";
import type { HostStep } from "./steps/host-step.ts";
import type { Planned } from "./steps/step.ts";

const ORIGIN = "/linux/intelRdt";

/** What the container's record keeps. */
export interface ResctrlPlace {
  /** Where the file system is mounted. */
  readonly root: HostPath;
  /** In the order in which a process enters them. */
  readonly groups: readonly HostPath[];
  /** Those that go with the container. */
  readonly created: readonly HostPath[];
}

export interface ResctrlPlan {
  /** Absent = config.json does not ask for it, and then nothing of it is touched. */
  readonly place?: ResctrlPlace;
  /** Before init exists. */
  readonly before: readonly Planned<HostStep>[];
  /** When init is ready, and will have no other pid. */
  readonly after: readonly Planned<HostStep>[];
}

const NONE: ResctrlPlan = { before: [], after: [] };

/** Names in the root of the file system, and in every group, that are no groups. */
const RESERVED: readonly string[] = ["info", "mon_groups", "mon_data"];

export function planResctrl(rdt: IntelRdt | undefined, id: string, facts: ResctrlFacts | undefined): ResctrlPlan {
  if (rdt === undefined) return NONE;
  if (facts === undefined) {
    throw new RuntimeError(
      "unsupported",
      "cannot give the container a share of caches or memory bandwidth: no resctrl file system is mounted",
      {
        pointer: ORIGIN,
        hint: "on a processor that has it: mount -t resctrl resctrl /sys/fs/resctrl",
      },
    );
  }
  const { closID = "" } = rdt;
  const name = closID === "" ? id : closID;
  if (RESERVED.includes(name)) {
    throw new RuntimeError("config", `cannot use resctrl group ${name}: the kernel has given that name to something else`, {
      pointer: closID === "" ? ORIGIN : `${ORIGIN}/closID`,
      hint: `other names than ${RESERVED.join(", ")} are free`,
    });
  }
  const isRoot = closID === "/";
  const group = isRoot ? facts.root : hostPath(`${facts.root}/${name}`);
  const isThere = isRoot || facts.groups.includes(name);
  const lines = schemaLines(rdt);
  if (closID !== "" && isThere) requireMatch(lines, name, facts);
  if (closID !== "" && !isThere && lines.length === 0) {
    throw new RuntimeError("config", `cannot use resctrl group ${closID}: it does not exist, and nothing says what it is to be`, {
      pointer: `${ORIGIN}/closID`,
      hint: "make it before, or give l3CacheSchema, memBwSchema or schemata",
    });
  }
  const monitor = rdt.enableMonitoring === true ? hostPath(`${group}/mon_groups/${id}`) : undefined;
  const { root } = facts;
  const isWritten = closID === "" || !isThere;
  return {
    place: {
      root,
      groups: [group, ...(monitor === undefined ? [] : [monitor])],
      created: [...(monitor === undefined ? [] : [monitor]), ...(closID === "" && !isThere ? [group] : [])],
    },
    before: [
      ...(isThere ? [] : [make(root, group, closID === "" ? ORIGIN : `${ORIGIN}/closID`)]),
      ...(isWritten ? lines.map(({ origin, line }) => write({ root, group, line, isNew: !isThere }, origin)) : []),
      ...(monitor === undefined ? [] : [make(root, monitor, `${ORIGIN}/enableMonitoring`)]),
    ],
    after: enterResctrl({ root, groups: [group, ...(monitor === undefined ? [] : [monitor])] }),
  };
}

/** For a process of exec, too. */
export function enterResctrl({ root, groups }: Pick<ResctrlPlace, "root" | "groups">): Planned<HostStep>[] {
  return groups.map((group) => ({ origin: ORIGIN, step: { op: "enterResctrl", root, group } }));
}

function make(root: HostPath, group: HostPath, origin: string): Planned<HostStep> {
  return { origin, step: { op: "makeResctrlGroup", root, group } };
}

function write(line: Omit<WriteSchemata, "op">, origin: string): Planned<HostStep> {
  return { origin, step: { op: "writeSchemata", ...line } };
}

interface SchemaLine {
  readonly line: string;
  readonly origin: string;
}

/** In the order of the specification: a later line replaces an earlier one about the same. */
function schemaLines({ l3CacheSchema = "", memBwSchema = "", schemata = [] }: IntelRdt): readonly SchemaLine[] {
  return [
    { line: l3CacheSchema, origin: `${ORIGIN}/l3CacheSchema` },
    { line: memBwSchema, origin: `${ORIGIN}/memBwSchema` },
    ...schemata.map((line, i) => ({ line, origin: `${ORIGIN}/schemata/${i}` })),
  ].filter(({ line }) => line !== "");
}

/** A group that somebody else has made stays as it is: what is asked for must be what it has. */
function requireMatch(lines: readonly SchemaLine[], name: string, { schemata, bandwidthStep }: ResctrlFacts): void {
  const now = new Map(schemata.split("\n").map(parseLine));
  const wanted = new Map<string, SchemaLine & { readonly value: string }>();
  for (const line of lines) {
    const [resource, values] = parseLine(line.line);
    for (const [domain, value] of values) wanted.set(`${resource}:${domain}`, { ...line, value });
  }
  for (const [key, { value, origin }] of wanted) {
    const [resource = "", domain = ""] = key.split(":");
    const has = now.get(resource)?.get(domain);
    if (has !== undefined && sameShare(resource, has, value, bandwidthStep)) continue;
    throw new RuntimeError("config", `cannot use resctrl group ${name}: it has ${resource}:${domain}=${has ?? "nothing"}, not ${value}`, {
      pointer: origin,
      hint: "another closID gets a group of its own; without these values the container takes the group as it is",
    });
  }
}

/** `L3:0=7ff;1=7ff`, with the blanks that the kernel puts in. */
function parseLine(line: string): [resource: string, values: ReadonlyMap<string, string>] {
  const [resource = "", list = ""] = line.split(":", 2);
  const pairs = list.split(";").map((pair): [string, string] => {
    const [domain = "", value = ""] = pair.split("=", 2);
    return [domain.trim(), value.trim()];
  });
  return [resource.trim(), new Map(pairs.filter(([domain]) => domain !== ""))];
}

/** Caches have masks in hexadecimal; of bandwidths in percent the kernel takes the next one that the processor has. */
function sameShare(resource: string, has: string, wanted: string, step: number): boolean {
  if (!resource.endsWith("MB")) return maskOf(has) === maskOf(wanted);
  const percent = Number(wanted);
  return Number(has) === percent || (percent <= 100 && Number(has) === Math.ceil(percent / step) * step);
}

function maskOf(text: string): string {
  return text.toLowerCase().replace(/^(0x)?0*(?=.)/, "");
}
