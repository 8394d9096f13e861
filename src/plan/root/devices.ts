/** The default devices and links of the specification, and config.json `linux.devices` → steps. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { type GuestPath, guestPath, hostPath } from "../../base/paths.ts";
import type { Device, Spec } from "../../spec/types.ts";
import type { Facts } from "../facts.ts";
import type { MountEntry } from "../mounts/mount-entry.ts";
import { MOUNT_ATTRIBUTES as ATTR } from "../steps/kernel-flags.ts";
import { SLOT } from "../steps/slots.ts";
import type { InitStep, Planned } from "../steps/step.ts";

/** runtime-spec, config-linux.md, Default Devices. */
const DEFAULT_DEVICES: readonly Device[] = [
  { path: "/dev/null", type: "c", major: 1, minor: 3 },
  { path: "/dev/random", type: "c", major: 1, minor: 8 },
  { path: "/dev/full", type: "c", major: 1, minor: 7 },
  { path: "/dev/tty", type: "c", major: 5, minor: 0 },
  { path: "/dev/zero", type: "c", major: 1, minor: 5 },
  { path: "/dev/urandom", type: "c", major: 1, minor: 9 },
];

/** runtime-spec, runtime-linux.md, Dev symbolic links. */
const LINKS: readonly (readonly [target: string, path: string])[] = [
  ["/proc/self/fd", "/dev/fd"],
  ["/proc/self/fd/0", "/dev/stdin"],
  ["/proc/self/fd/1", "/dev/stdout"],
  ["/proc/self/fd/2", "/dev/stderr"],
];

/** Always that of the container's own devpts: engines list a device of this name, and it is skipped. */
const PTMX = guestPath("/dev/ptmx");

/** S_IFCHR, S_IFBLK and S_IFIFO. */
const TYPES = { c: 0o020000, u: 0o020000, b: 0o060000, p: 0o010000 } as const;

interface DevicesInput {
  readonly spec: Spec;
  readonly mounts: readonly MountEntry[];
  readonly facts: Facts;
  /** In one of the container's own; the runtime's is a fact. */
  readonly inUserNamespace: boolean;
  /** Made outside of it: the kernel would lock flags that are set, and those that are written down say less (criu/). */
  readonly isOutside: boolean;
}

/** Nothing if /dev is a bind mount: then it is somebody else's directory. */
export function planDevices({ spec, mounts, facts, inUserNamespace, isOutside }: DevicesInput): Planned<InitStep>[] {
  if (mounts.some(({ target, options }) => target === "/dev" && options.bind)) return [];
  const listed = (spec.linux?.devices ?? [])
    .map((device, i) => ({ device, origin: `/linux/devices/${i}` }))
    .filter(({ device }) => guestPath(device.path) !== PTMX);
  const isListed = (path: GuestPath): boolean => listed.some(({ device }) => guestPath(device.path) === path);
  const defaults = DEFAULT_DEVICES.filter(({ path }) => !isListed(guestPath(path))).map((device) => ({ device, origin: "" }));
  const bind = isOutside ? "plain" : inUserNamespace || facts.inUserNamespace ? "read-only" : "none";
  return [
    ...[...defaults, ...listed].flatMap(({ device, origin }) => planDevice(device, origin, bind)),
    { origin: "", step: { op: "unlink", path: PTMX } }, // the image's own would lead to the host's terminals
    { origin: "", step: { op: "symlink", target: "pts/ptmx", path: PTMX } },
    ...LINKS.map(([target, path]) => ({ origin: "", step: { op: "symlink", target, path: guestPath(path) } }) as const),
    ...(facts.hasKcore ? [{ origin: "", step: { op: "symlink", target: "/proc/kcore", path: guestPath("/dev/core") } } as const] : []),
  ];
}

/**
 * A user namespace cannot make device nodes: the host's node is bound instead, read-only, so that nobody in the container can
 * change its times or anything else about it. Devices stay writable on read-only mounts.
 */
function planDevice(device: Device, origin: string, bind: "none" | "plain" | "read-only"): Planned<InitStep>[] {
  const { path, type, major = 0, minor = 0, fileMode = 0o666, uid = 0, gid = 0 } = device;
  if (type !== "p" && (device.major === undefined || device.minor === undefined) && origin !== "") {
    throw new RuntimeError("config", `cannot create device ${path}: "major" and "minor" are required for type "${type}"`, {
      pointer: origin,
    });
  }
  const target = guestPath(path);
  if (bind !== "none" && type !== "p") {
    const change = { op: "mountAttributes", slot: SLOT.device, set: ATTR.MOUNT_ATTR_RDONLY, clear: 0n, propagation: 0n } as const;
    return [
      { origin, step: { op: "openTree", slot: SLOT.device, source: hostPath(path), recursive: false } },
      ...(bind === "plain" ? [] : [{ origin, step: { ...change, recursive: false } }]),
      { origin, step: { op: "attach", slot: SLOT.device, target, guard: 0 } },
    ];
  }
  return [{ origin, step: { op: "mknod", path: target, mode: TYPES[type] | (fileMode & 0o7777), major, minor, uid, gid } }];
}
