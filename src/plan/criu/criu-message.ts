/** What is said to CRIU and what it says, as messages of its RPC (criu.org/RPC; images/rpc.proto names the fields). Pure. */

import type { Bytes } from "../../base/bytes.ts";
import { encodeMessage, type ProtoField, ProtoMessage, type ProtoValue } from "../../base/protobuf.ts";

/** enum criu_req_type */
const KINDS = { dump: 1, restore: 2, check: 3, notify: 6, features: 9, version: 10, preDump: 13 } as const;

export type CriuVerb = Exclude<keyof typeof KINDS, "notify">;

/** enum criu_cg_mode: whether CRIU writes down cgroups and their limits, and what it does with them. */
export const CGROUP_MODES = { ignore: 0, soft: 3, full: 4, strict: 5, default: 6 } as const;

/** CLONE_NEWNET, clone(2): the network namespace is made anew, and what is in it is up to hooks. */
export const EMPTY_NETWORK = 0x4000_0000;

/** message criu_opts. Names that end in Fd are descriptors of ours, which CRIU opens by our pid; those to inherit are its own. */
export interface CriuOptions {
  readonly imagesDirFd: number;
  readonly workDirFd?: number | undefined;
  readonly pid?: number;
  readonly root?: string;
  readonly logFile: string;
  readonly logLevel: number;
  readonly notifyScripts: boolean;
  readonly leaveRunning?: boolean;
  readonly extUnixSk: boolean;
  readonly tcpEstablished: boolean;
  readonly tcpSkipInFlight?: boolean;
  readonly evasiveDevices?: boolean;
  readonly shellJob: boolean;
  readonly fileLocks: boolean;
  readonly linkRemap?: boolean;
  readonly pageServer?: { readonly address: string; readonly port: number } | undefined;
  readonly parentImage?: string | undefined;
  readonly trackMemory?: boolean;
  readonly autoDedup: boolean;
  readonly lazyPages: boolean;
  readonly externalMounts: readonly { readonly key: string; readonly value: string }[];
  readonly external?: readonly string[];
  readonly cgroupMode: number;
  readonly cgroupRoots?: readonly { readonly controller: string; readonly path: string }[];
  /** The hierarchies whose cgroups are written down, as /proc/PID/cgroup names their controllers; absent = all. */
  readonly dumpedControllers?: readonly string[] | undefined;
  readonly freezeCgroup?: string | undefined;
  readonly emptyNamespaces: number;
  readonly joinNamespaces?: readonly { readonly type: string; readonly path: string }[];
  readonly inheritFds?: readonly { readonly key: string; readonly fd: number }[];
  readonly restoreAsSibling?: boolean;
  /** Terminals without somebody at the other end get a new one, of which we are told; else they are the caller's. */
  readonly orphanPtsMaster?: boolean;
  readonly configFile: string;
  readonly lsmProfile?: string | undefined;
  readonly lsmMountContext?: string | undefined;
}

type Entry = Readonly<Record<string, string | number>>;

const NUMBERS: { readonly [K in keyof Required<CriuOptions>]: number } = {
  imagesDirFd: 1,
  pid: 2,
  leaveRunning: 3,
  extUnixSk: 4,
  tcpEstablished: 5,
  evasiveDevices: 6,
  shellJob: 7,
  fileLocks: 8,
  logLevel: 9,
  logFile: 10,
  pageServer: 11,
  notifyScripts: 12,
  root: 13,
  parentImage: 14,
  trackMemory: 15,
  autoDedup: 16,
  workDirFd: 17,
  linkRemap: 18,
  externalMounts: 23,
  cgroupRoots: 25,
  restoreAsSibling: 26,
  inheritFds: 27,
  cgroupMode: 34,
  external: 37,
  emptyNamespaces: 38,
  joinNamespaces: 39,
  dumpedControllers: 43,
  freezeCgroup: 44,
  tcpSkipInFlight: 46,
  lazyPages: 48,
  orphanPtsMaster: 50,
  configFile: 51,
  lsmProfile: 53,
  lsmMountContext: 63,
};

/** A feature of this kernel that CRIU can be asked for: message criu_features. */
export const FEATURES = { memoryTracking: 1, lazyPages: 2 } as const;

export type Feature = keyof typeof FEATURES;

export interface CriuRequest {
  readonly verb: CriuVerb;
  readonly options?: CriuOptions;
  readonly feature?: Feature;
}

export function encodeRequest({ verb, options, feature }: CriuRequest): Bytes {
  return encodeMessage([
    [1, KINDS[verb]],
    ...(options === undefined ? [] : [[2, encodeOptions(options)] as const]),
    ...(feature === undefined ? [] : [[5, [[FEATURES[feature], true]]] as const]),
  ]);
}

/** Lets CRIU go on, or give up. */
export function encodeAnswer(isGood: boolean): Bytes {
  return encodeMessage([
    [1, KINDS.notify],
    [3, isGood],
  ]);
}

function encodeOptions(options: CriuOptions): ProtoField[] {
  return Object.entries(NUMBERS).flatMap(([name, number]): ProtoField[] => {
    const value: unknown = options[name as keyof CriuOptions];
    if (value === undefined) return [];
    const values = Array.isArray(value) ? value : [value];
    return values.map((one) => [number, typeof one === "object" ? encodeEntry(one as Entry) : (one as ProtoValue)]);
  });
}

/** All of CRIU's small messages have their fields in this order, from 1 on. */
function encodeEntry(entry: Entry): ProtoField[] {
  return Object.values(entry).map((value, i) => [i + 1, value]);
}

export interface Notification {
  /** A stage of CRIU's work: `setup-namespaces`, `post-restore` … */
  readonly stage: string;
  /** Of the restored init, where there is one. */
  readonly pid: number;
}

export interface CriuReply {
  readonly isGood: boolean;
  /** CRIU waits for an answer. */
  readonly notification?: Notification;
  /** The first error that CRIU came across, which need not be the one that made it give up. */
  readonly error: string | undefined;
  /** `[4, 2, 1]`, as answer to "version". */
  readonly version?: readonly number[];
  /** As answer to "features". */
  readonly features: ReadonlySet<Feature>;
}

/** Throws a RangeError for what is no such message. */
export function decodeReply(bytes: Uint8Array): CriuReply {
  const message = new ProtoMessage(bytes);
  const notify = message.number(1) === KINDS.notify ? message.message(5) : undefined;
  const version = message.message(10);
  const features = message.message(8);
  return {
    isGood: message.number(2) === 1,
    error: message.text(9),
    ...(notify === undefined ? {} : { notification: { stage: notify.text(1) ?? "", pid: notify.number(2) ?? 0 } }),
    ...(version === undefined ? {} : { version: [version.number(1) ?? 0, version.number(2) ?? 0, version.number(4) ?? 0] }),
    features: new Set((Object.keys(FEATURES) as Feature[]).filter((name) => features?.number(FEATURES[name]) === 1)),
  };
}
