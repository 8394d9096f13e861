/**
 * Driver `fuse-overlayfs`: a program that does in user space what overlayfs does in the kernel. It accepts file systems that
 * overlayfs refuses for the writable layer (overlayfs itself, and NFS), and maps ids on any kernel.
 *
 * The program runs on the host, beside the container (native/init/server.c explains why), and ends with the container's mount.
 * Under root on the host it has the host's rights; otherwise it runs in the container's user namespace.
 */
import { type HostPath, hostPath } from "../../base/paths.ts";
import { byteLength } from "../../base/text.ts";
import type { IdMapping } from "../../spec/types.ts";
import { firstMapped } from "../namespaces/id-maps.ts";
import { isolates } from "../namespaces/namespaces.ts";
import { SLOT } from "../steps/slots.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { type LayersInput, type LayersPlan, mountsAsHost, refused, requireMappable } from "./layer-driver.ts";
import { makeWritable } from "./overlay-driver.ts";

/** Where the server finds the open /dev/fuse: native/init/server.c puts it there. */
const DEVICE = "/dev/fd/3";

/** The longest argument of a program, including the NUL (MAX_ARG_STRLEN in the kernel). */
const ARGUMENT_MAX = 131_072;

export function planFuse(input: LayersInput): LayersPlan {
  const { layers, top, facts, namespaces, spec } = input;
  const { writable, origin, driver } = layers;
  const program = requirePossible(input);
  const isHost = mountsAsHost(facts);
  const { uidMappings = [], gidMappings = [] } = isHost ? {} : (spec.linux ?? {});
  const step = (one: InitStep): Planned<InitStep> => ({ origin, step: one });
  const options = [
    ...(writable === undefined ? ["ro"] : []),
    "rootmode=40000",
    `user_id=${firstMapped(uidMappings)}`,
    `group_id=${firstMapped(gidMappings)}`,
    "default_permissions",
    "allow_other",
  ];
  const joins = !isHost && isolates(namespaces, "user");
  const args = ["fuse-overlayfs", "-f", "-o", serverOptions(input), DEVICE];
  const steps = [
    step({ op: "mountFuse", slot: SLOT.root, device: SLOT.serverDevice, source: "fuse-overlayfs", options }),
    step({ op: "startServer", slot: SLOT.server, device: SLOT.serverDevice, mount: SLOT.root, joins }),
  ];
  const fork: Planned<InitStep> = {
    origin: driver.origin,
    step: {
      op: "forkServer",
      slot: SLOT.server,
      path: program,
      args,
      lock: writable === undefined ? "" : hostPath("server.lock", writable.work),
    },
  };
  return {
    host: [],
    ...(writable === undefined ? {} : { meanwhile: makeWritable(writable, top.path) }),
    first: [fork, ...(isHost ? steps : [])], // the container's devices cgroup may forbid opening /dev/fuse
    before: [],
    steps: isHost ? [] : steps,
    isAttached: false,
  };
}

/** Returns the program's path. */
function requirePossible(input: LayersInput): HostPath {
  const { lower, writable, driver, fuse } = input.layers;
  requireMappable(input, [0, 0]);
  if (fuse?.program === undefined) {
    const install = 'install the package "fuse-overlayfs"';
    const reason = "fuse-overlayfs is not in PATH";
    if (driver.chosenBy === undefined) {
      throw refused("unsupported", reason, driver.origin, `${install}, or omit "driver": overlay is built in`);
    }
    const where = `overlayfs accepts no writable layer on ${driver.chosenBy}, and ${reason}`;
    throw refused("unsupported", where, writable?.origin ?? driver.origin, `${install}, or put the bundle on another file system`);
  }
  if (fuse.device !== undefined) {
    const hint = "fuse-overlayfs needs the kernel's module fuse, and a device that its caller may open (udev gives it mode 0666)";
    throw refused("unsupported", `cannot open /dev/fuse: ${fuse.device}`, driver.origin, hint);
  }
  for (const { path, origin } of lower) {
    if (!path.includes(":")) continue;
    throw refused(
      "unsupported",
      `fuse-overlayfs takes no layer with a colon in its name: ${path}`,
      origin,
      "give the directory another name",
    );
  }
  if (byteLength(serverOptions(input)) >= ARGUMENT_MAX) {
    const hint = "give the layers shorter names, or make one layer of some of them";
    const reason = "their names are too long together for the arguments of fuse-overlayfs";
    throw refused("unsupported", reason, writable?.origin ?? driver.origin, hint);
  }
  return fuse.program;
}

/** Without the write cache, `lamina diff` and `lamina commit` see at once what the container has written. */
function serverOptions({ layers, spec }: LayersInput): string {
  const { lower, writable, isVolatile, idmap } = layers;
  const { uidMappings = [], gidMappings = [] } = spec.linux ?? {};
  return [
    `lowerdir=${lower
      .toReversed()
      .map(({ path }) => escaped(path))
      .join(":")}`,
    ...(writable === undefined ? [] : [`upperdir=${escaped(writable.upper)}`, `workdir=${escaped(writable.work)}`]),
    "writeback=0",
    ...(isVolatile ? ["volatile"] : []),
    ...(idmap === undefined ? [] : [`uidmapping=${mapping(uidMappings)}`, `gidmapping=${mapping(gidMappings)}`]),
  ].join(",");
}

/** Escaped as libfuse reads options. */
function escaped(path: string): string {
  return path.replaceAll(/[\\,]/g, "\\$&");
}

/** From the ids on disk, which are the container's, to the host's. */
function mapping(mappings: readonly IdMapping[]): string {
  return mappings.map(({ containerID, hostID, size }) => `${containerID}:${hostID}:${size}`).join(":");
}
