/**
 * The two lists of a plan as one, in the order of time, cut into phases that have a title. Pure.
 *
 * Host and init run side by side between their meetings: init's part up to a sync point comes before the host's `await`
 * of that point, and what the host does meanwhile comes first, since init mostly waits for it.
 */
import { append } from "../../base/append.ts";
import type { Explained, Explanation } from "../../host/explain.ts";
import type { HostStep } from "../../plan/steps/host-step.ts";
import { type InitStep, SYNC_POINTS } from "../../plan/steps/step.ts";

export interface Row extends Omit<Explained<HostStep | InitStep>, "op" | "step"> {
  readonly side: "host" | "init";
  /** Taken only if the step before it failed. */
  readonly isAlternative: boolean;
  /** Of the phase that the step opens; steps without one belong to that of their neighbours. */
  readonly title: string | undefined;
}

export interface Phase {
  readonly side: Row["side"];
  readonly title: string;
  readonly rows: readonly Row[];
}

const CGROUP = "cgroup";
const NAMESPACES = "namespaces";
const SURROUNDINGS = "session, names and network";
const MOUNTS = "root file system and mounts";
const DEVICES = "devices and links";
const MASKS = "hidden and read-only paths";
const ROOT = "the new root";
const PROCESS = "limits, user and capabilities of the process";
const PROGRAM = "the program";
export const IN_STEP = "in step with init";
export const START = 'after "lamina start"';

const HOST_TITLES: { readonly [Op in HostStep["op"]]?: string } = {
  makeCgroup: CGROUP,
  writeCgroup: CGROUP,
  inheritCgroup: CGROUP,
  passRealtime: CGROUP,
  enableControllers: CGROUP,
  attachDeviceProgram: CGROUP,
  startUnit: CGROUP,
  setUnitProperties: CGROUP,
  attachToUnit: CGROUP,
  chownCgroup: CGROUP,
  claimLayer: "writable layer",
  makeUpper: "writable layer",
  openLayer: "tree of the layers",
  makeTree: "tree of the layers",
  snapshotTree: "tree of the layers",
  spawnInit: "init",
  writeIdMaps: "id maps",
  makeResctrlGroup: "share of caches and memory bandwidth",
  writeSchemata: "share of caches and memory bandwidth",
  moveNetDevice: "network devices",
  runHook: "hooks",
  saveState: "the container is created",
};

const INIT_TITLES: { readonly [Op in InitStep["op"]]?: string } = {
  openNamespace: NAMESPACES,
  joinNamespace: NAMESPACES,
  unshare: NAMESPACES,
  cloneIntoCgroup: NAMESPACES,
  cloneChild: NAMESPACES,
  setsid: SURROUNDINGS,
  setPropagation: MOUNTS,
  newOverlay: MOUNTS,
  mountLayers: MOUNTS,
  mountFuse: MOUNTS,
  leadOpener: MOUNTS,
  openTree: MOUNTS,
  newFilesystem: MOUNTS,
  newTmpfs: MOUNTS,
  mountFilesystem: MOUNTS,
  newProc: MOUNTS,
  mknod: DEVICES,
  symlink: DEVICES,
  maskPath: MASKS,
  readonlyPath: MASKS,
  pivotRoot: ROOT,
  moveRoot: ROOT,
  tellMount: ROOT,
  placeRoot: ROOT,
  chroot: ROOT,
  personality: PROCESS,
  noNewPrivileges: PROCESS,
  loadFilter: PROGRAM,
  dropBounding: PROCESS,
  defaultHome: PROGRAM,
  findExecutable: PROGRAM,
};

/** Undefined for a step that belongs to the phase of its neighbours. */
export function titleOf(side: Row["side"], op: string, origin: string): string | undefined {
  const titles: Readonly<Record<string, string>> = side === "host" ? HOST_TITLES : INIT_TITLES;
  // limits are set early for lamina itself, and late for the process: there they open its phase
  return side === "init" && origin.startsWith("/process/rlimits/") ? PROCESS : Object.hasOwn(titles, op) ? titles[op] : undefined;
}

export function arrangePhases(explanation: Explanation): Phase[] {
  const phases: Phase[] = [];
  let initTitle = "first stage"; // init goes on with what it was at when it met the host
  for (const run of runsOf(interleave(explanation))) {
    const isInit = run[0]?.side === "init";
    let title = isInit ? initTitle : (run.find((row) => row.title !== undefined)?.title ?? IN_STEP);
    for (const row of run) {
      title = row.title ?? title;
      addTo(phases, title, row);
    }
    if (isInit) initTitle = title;
  }
  return phases;
}

function addTo(phases: Phase[], title: string, row: Row): void {
  const current = phases.at(-1);
  if (current?.side === row.side && current.title === title) phases[phases.length - 1] = { ...current, rows: [...current.rows, row] };
  else phases.push({ side: row.side, title, rows: [row] });
}

/** Neighbours of one side. */
function runsOf(rows: readonly Row[]): Row[][] {
  const runs: Row[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run?.[0]?.side === row.side) run.push(row);
    else runs.push([row]);
  }
  return runs;
}

export function interleave({ host, init }: Explanation): Row[] {
  const rows: Row[] = [];
  const initRows = init.map((one, i) => initRow(one, init[i - 1], isAfterStart(init, i)));
  let next = 0;
  for (const [i, one] of host.entries()) {
    if (one.step.op === "await") {
      const end = init.findIndex(({ step }, at) => at >= next && isMeeting(step, one.step));
      append(rows, initRows.slice(next, end + 1));
      next = Math.max(next, end + 1);
    }
    rows.push(hostRow(one, host[i - 1]));
  }
  return [...rows, ...initRows.slice(next)];
}

function isMeeting(init: InitStep, host: HostStep): boolean {
  return init.op === "sync" && host.op === "await" && init.point === SYNC_POINTS[host.point];
}

function isAfterStart(init: Explanation["init"], index: number): boolean {
  const wait = init.findIndex(({ op }) => op === "waitStart");
  return wait >= 0 && index > wait;
}

function hostRow(one: Explained<HostStep>, before: Explained<HostStep> | undefined): Row {
  return { ...one, side: "host", isAlternative: before?.onFailure === "else", title: titleOf("host", one.op, one.origin) };
}

function initRow(one: Explained<InitStep>, before: Explained<InitStep> | undefined, afterStart: boolean): Row {
  const own = titleOf("init", one.op, one.origin);
  return { ...one, side: "init", isAlternative: before?.onFailure === "else", title: afterStart ? START : own };
}
