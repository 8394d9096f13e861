/** `checkpoint`: CRIU writes down a container's processes, and ends them unless they are to go on. */
import { RuntimeError } from "../base/errors.ts";
import { type HostPath, hostPath } from "../base/paths.ts";
import { CGROUP_MODES, type CriuOptions, type CriuReply } from "../plan/criu/criu-message.ts";
import { findExternalMounts } from "../plan/criu/external-mounts.ts";
import { externalNamespaces, joinedNamespaces } from "../plan/criu/namespaces.ts";
import { hasUserNamespace } from "../plan/criu/user-namespace.ts";
import type { Spec } from "../spec/types.ts";
import { parseConfig } from "../spec/validate.ts";
import type { StateRecord } from "../state/record.ts";
import type { Status } from "../state/status.ts";
import { Fd, isWritableDescriptor, tryWrite } from "../sys/call/fd.ts";
import { readLink, statIfThere } from "../sys/file/file.ts";
import { readConfig } from "./bundle/bundle.ts";
import { killAndWait } from "./container/kill.ts";
import { lockContainer } from "./container/open-container.ts";
import { removeContainer } from "./container/remove.ts";
import type { HostContext } from "./context.ts";
import { outsideFiles, readStreams, writeCheckpointFiles } from "./criu/checkpoint-files.ts";
import { wordCriuFailure } from "./criu/criu-log.ts";
import { type CriuFlags, commonOptions, openPlaces, type Places } from "./criu/criu-options.ts";
import { Criu, requireCriu, requireFeature } from "./criu/criu-program.ts";
import { writeImageSizes } from "./criu/image-sizes.ts";
import { requireNoneLocked } from "./criu/locked-mounts.ts";
import { requireTiable } from "./criu/mount-lists.ts";
import { ownHierarchies } from "./criu/restored-cgroups.ts";
import { ownNamespaces, readIds } from "./criu/restored-namespaces.ts";
import { surroundingsOf } from "./criu/surroundings.ts";
import { readMounts } from "./facts/mount-table.ts";

export interface CheckpointRequest extends CriuFlags {
  readonly id: string;
  readonly parentPath: string | undefined;
  readonly leaveRunning: boolean;
  readonly tcpSkipInFlight: boolean;
  readonly linkRemap: boolean;
  /** ADDRESS:PORT */
  readonly pageServer: string | undefined;
  /** Learns when pages can be fetched. */
  readonly statusFd: number | undefined;
  readonly preDump: boolean;
}

const LOG = "dump.log";

export async function checkpointContainer(request: CheckpointRequest, context: HostContext): Promise<void> {
  using found = lockContainer(request.id, context);
  const { record, status, directory } = found;
  requireRunning(status);
  const criu = requireCriu();
  requireFeatures(criu, request);
  const { spec } = await parseConfig(readConfig(record.bundle), "config.json");
  using places = openPlaces(request, LOG, { make: true });
  const options = dumpOptions(request, { record, spec, places });
  const reply = dump({ criu, images: places.path, request, options, hasUser: hasUserNamespace(spec) });
  if (!reply.isGood) throw wordCriuFailure({ criu, what: `cannot checkpoint container ${record.id}`, log: places.log, reply });
  if (request.leaveRunning || request.preDump) return;
  killAndWait(record);
  removeContainer(directory, record, context);
}

function requireRunning(status: Status): void {
  if (status === "running" || status === "paused") return;
  throw new RuntimeError("state", `Container cannot be checkpointed in ${status} state`, {
    hint: "it has to run, or to be paused",
  });
}

function requireFeatures(criu: HostPath, { preDump, parentPath, lazyPages, statusFd }: CheckpointRequest): void {
  if (preDump || parentPath !== undefined) requireFeature(criu, "memoryTracking", "tell which memory has changed since the last dump");
  if (lazyPages) requireFeature(criu, "lazyPages", "leave memory to be fetched later");
  if (statusFd === undefined || isWritableDescriptor(statusFd)) return;
  throw new RuntimeError("usage", `invalid --status-fd argument ${statusFd}: not writable`, {
    hint: "it is the number of an open descriptor",
  });
}

interface Subject {
  readonly record: StateRecord;
  readonly spec: Spec;
  readonly places: Places;
}

/** What the container's own files tell goes before config.json, which may have been edited. */
function dumpOptions(request: CheckpointRequest, { record, spec, places }: Subject): CriuOptions {
  const { pid, cgroupPaths } = record;
  const common = commonOptions(request, places, LOG);
  const inside = readMounts(pid);
  const own = ownNamespaces(pid);
  const joined = joinedNamespaces(spec, own);
  const surroundings = surroundingsOf(pid);
  if (hasUserNamespace(spec)) requireNoneLocked(pid, inside, surroundings);
  const external = findExternalMounts(inside, surroundings);
  const streams = readStreams(pid, record.streams ?? [], new Set(inside.map(({ id }) => id)));
  if (!request.preDump) writeCheckpointFiles(places.path, { streams, external, mounts: inside, ids: readIds(pid) });
  const hierarchies = ownHierarchies(cgroupPaths, pid);
  return {
    ...common,
    ...(hierarchies.length === 0 ? { cgroupMode: CGROUP_MODES.ignore } : { dumpedControllers: hierarchies }),
    pid,
    root: record.rootfs,
    orphanPtsMaster: true,
    leaveRunning: request.leaveRunning,
    tcpSkipInFlight: request.tcpSkipInFlight,
    linkRemap: request.linkRemap,
    pageServer: parsePageServer(request.pageServer),
    ...parentOf(request, places.path),
    externalMounts: request.preDump ? [] : external.map((path) => ({ key: path, value: path })),
    external: [...externalNamespaces(joined, (type) => namespaceInode(pid, type)), ...outsideFiles(streams)],
    freezeCgroup: cgroupPaths.freezer ?? cgroupPaths.unified,
  };
}

function namespaceInode(pid: number, type: string): number {
  return Number(/\[(\d+)\]$/.exec(readLink(`/proc/${pid}/ns/${type}`) ?? "")?.[1] ?? 0);
}

/** Relative to the images, and so CRIU finds it again when all of them have moved. */
function parentOf({ parentPath, preDump }: CheckpointRequest, images: HostPath): Pick<CriuOptions, "parentImage" | "trackMemory"> {
  if (parentPath === undefined || parentPath === "") return preDump ? { trackMemory: true } : {};
  if (parentPath.startsWith("/"))
    throw new RuntimeError("usage", "--parent-path must be relative", { hint: "to the directory of --image-path" });
  const path = hostPath(parentPath, images);
  if (statIfThere(path)?.kind === "directory") return { parentImage: parentPath, trackMemory: true };
  throw new RuntimeError("usage", `invalid --parent-path: ${path} is not a directory`, {
    hint: "it is one that checkpoint --pre-dump has written",
  });
}

const PORTS = 65536;

function parsePageServer(text: string | undefined): CriuOptions["pageServer"] {
  if (text === undefined || text === "") return undefined;
  const [, address = "", digits = ""] = /^\[?(.+?)\]?:(\d+)$/.exec(text) ?? [];
  const port = Number(digits);
  if (address !== "" && digits !== "" && port > 0 && port < PORTS) return { address, port };
  throw new RuntimeError("usage", "Use --page-server ADDRESS:PORT to specify page server", {
    hint: `${JSON.stringify(text)} is not of that form`,
  });
}

interface Dump {
  readonly criu: HostPath;
  readonly images: HostPath;
  readonly request: CheckpointRequest;
  readonly options: CriuOptions;
  /** The container has a user namespace. */
  readonly hasUser: boolean;
}

function dump({ criu, images, request: { preDump, statusFd }, options, hasUser }: Dump): CriuReply {
  using program = new Criu(criu);
  return program.ask(
    { verb: preDump ? "preDump" : "dump", options },
    {
      notify: ({ stage }) => {
        if (stage === "post-dump") complete(images, hasUser); // if that fails, the processes go on
        if (stage !== "status-ready" || statusFd === undefined) return;
        using status = new Fd(statusFd);
        tryWrite(status.number, Uint8Array.of(0));
      },
    },
  );
}

function complete(images: HostPath, hasUser: boolean): void {
  if (hasUser) requireTiable(images);
  writeImageSizes(images);
}
