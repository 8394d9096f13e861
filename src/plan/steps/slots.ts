/**
 * Where the descriptors of init's plans are: the slot of each. Where a number stands twice, the one is closed before the other is
 * opened, or no plan has both. Of SLOTS (wire.ts).
 */
export const SLOT = {
  /** A pid namespace of others, which is joined last: late-pid.ts. */
  latePid: 0,
  /** The first of the joined namespaces; the others, of which there are at most six, count down from here. */
  firstNamespace: 7,
  /** The container's cgroup of v2. */
  cgroup: 9,
  /** exec: the container's init's, if that is another one. */
  otherCgroup: 10,
  /** The child that opens the sources of bind mounts with the host's rights. */
  opener: 10,
  /** Until paths are masked: the null device, and an empty directory. */
  null: 10,
  empty: 11,
  /** A device of the host's, as a mount. */
  device: 11,
  root: 12,
  cgroupMount: 13,
  /** The mount that is being made. */
  mount: 15,
  /** User namespaces that map the ids of mounts: from here on, below those of layers. */
  firstMap: 16,
  /** The user namespace that maps the ids of layers, and the mounts that they are taken from: from there on. */
  layerMap: 512,
  firstLayerMount: 513,
  /** The server of a root in user space, and its device; such a root has no layers that init mounts. */
  server: 512,
  serverDevice: 513,
} as const satisfies Readonly<Record<string, number>>;
