/** Propagation of mounts, and of the root. */
import type { Case } from "./case.ts";
import { scratch } from "./mount-options.ts";
import { bind, DATA } from "./mounts.ts";

export const PROPAGATION: readonly Case[] = [
  {
    title: "[C40] rootfsPropagation absent leaves every mount private",
    mounts: [bind("bind")],
    host: DATA,
    args: ["/probe", "mount", "/", "mount", "/data", "mount", "/proc"],
  },
  {
    title: "[C117] rootfsPropagation shared is seen on the root",
    follow: {
      as: "crun",
      because: "the specification sets the propagation of the root mount; runc 1.1 leaves it private",
      differs: ["- mount / host-fs ro,relatime | host-options | shared", "+ mount / host-fs ro,relatime | host-options | private"],
    },
    config: { linux: { rootfsPropagation: "shared" } },
    args: ["/probe", "mount", "/"],
  },
  {
    title: "[C117] rootfsPropagation slave of a private host tree stays private",
    config: { linux: { rootfsPropagation: "rslave" } },
    args: ["/probe", "mount", "/"],
  },
  {
    title: "[C117] rootfsPropagation unbindable is seen on the root",
    follow: {
      as: "crun",
      because:
        "unbindable is one of the four values; runc 1.1 makes the host's tree unbindable before it binds the root from it, and fails",
      differs: ["- exit status 0", "+ exit status 1", "- mount / host-fs ro,relatime | host-options | unbindable"],
      elsewhere: ["- mount / host-fs ro,relatime | host-options | unbindable", "+ mount / host-fs ro,relatime | host-options | private"],
    },
    config: { linux: { rootfsPropagation: "unbindable" } },
    args: ["/probe", "mount", "/"],
  },
  {
    title: "[C40] a mount's own propagation is shared when it says so",
    follow: {
      as: "runc",
      because: "crun 1.8 loses the propagation of a bind mount",
      differs: ["- mount /data host-fs rw,relatime | host-options | shared", "+ mount /data host-fs rw,relatime | host-options | private"],
    },
    mounts: [bind("rbind", "rshared")],
    host: DATA,
    args: ["/probe", "mount", "/data"],
  },
  {
    title: "[C40] a mount's own propagation is unbindable when it says so",
    follow: {
      as: "runc",
      because: "crun 1.8 loses the propagation of a bind mount",
      differs: [
        "- mount /data host-fs rw,relatime | host-options | unbindable",
        "+ mount /data host-fs rw,relatime | host-options | private",
      ],
    },
    mounts: [bind("bind", "unbindable")],
    host: DATA,
    args: ["/probe", "mount", "/data"],
  },
  {
    title: "[C40] propagation of mounts is what each says",
    follow: {
      as: "runc",
      because: "crun 1.8 loses the propagation of mounts",
      differs: [
        "- mount /scratch/shared tmpfs rw,relatime | rw | shared",
        "- mount /scratch/runbindable tmpfs rw,relatime | rw | unbindable",
        "+ mount /scratch/shared tmpfs rw,relatime | rw | private",
        "+ mount /scratch/runbindable tmpfs rw,relatime | rw | private",
      ],
    },
    ...scratch("shared", "slave", "private", "rslave", "rprivate", "runbindable"),
  },
  ...(["slave", "private", "rprivate", ""] as const).map(
    (rootfsPropagation): Case => ({
      title: `[C117] rootfsPropagation ${rootfsPropagation || "without a word"} leaves a private root private`,
      config: { linux: { rootfsPropagation } },
      args: ["/probe", "mount", "/"],
    }),
  ),
  {
    title: "[C117] rootfsPropagation rshared is seen on the root",
    follow: {
      as: "crun",
      because: "the specification sets the propagation of the root mount; runc 1.1 leaves it private",
      differs: ["- mount / host-fs ro,relatime | host-options | shared", "+ mount / host-fs ro,relatime | host-options | private"],
    },
    config: { linux: { rootfsPropagation: "rshared" } },
    args: ["/probe", "mount", "/"],
  },
  {
    title: "[C117] rootfsPropagation runbindable is seen on the root",
    follow: {
      as: "specification",
      because: "it is a value; runc and crun make trees unbindable before they bind from them, and fail",
      shows: { exitCode: 0, lines: ["mount / host-fs ro,relatime | host-options | unbindable"] },
    },
    config: { linux: { rootfsPropagation: "runbindable" } },
    args: ["/probe", "mount", "/"],
  },
];
