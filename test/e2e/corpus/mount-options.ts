/** Options of mounts. */
import type { Case } from "./case.ts";
import { bind, DATA, PROBE_OPTIONS } from "./mounts.ts";

/** A recursive bind mount for each option, with that one, at `/data/OPTION`. */
const each = (...options: readonly string[]): Pick<Case, "mounts" | "host" | "args"> => ({
  mounts: options.map((option) => ({ ...bind("rbind", option), destination: `/data/${option}` })),
  host: DATA,
  args: ["/probe", ...options.flatMap((option) => ["mount", `/data/${option}`])],
});

/** The same with a tmpfs at `/scratch/OPTION`. */
export const scratch = (...options: readonly string[]): Pick<Case, "mounts" | "args"> => ({
  mounts: options.map((option) => ({ destination: `/scratch/${option}`, type: "tmpfs", source: "tmpfs", options: [option] })),
  args: ["/probe", ...options.flatMap((option) => ["mount", `/scratch/${option}`])],
});

export const MOUNT_OPTIONS: readonly Case[] = [
  { title: "[C39] a read-only bind mount can be read and not written", mounts: [bind("bind", "ro")], host: DATA, args: PROBE_OPTIONS },
  {
    title: "[C39] a bind mount takes nosuid, nodev and noexec, and noexec is felt",
    mounts: [bind("bind", "nosuid", "nodev", "noexec")],
    host: { ...DATA, "data/program": { text: "#!/probe true\n", mode: 0o755 } },
    args: ["/probe", "mount", "/data", "exec", "/data/program"],
  },
  {
    title: "[C39] later options undo earlier ones",
    follow: {
      as: "runc",
      because: "mount(8) reads options from left to right; crun applies every option that sets a flag, whatever undoes it",
      differs: [
        "- mount /data host-fs rw,relatime | host-options | private",
        "- write /data/new ok",
        "+ mount /data host-fs ro,nosuid,nodev,noexec,relatime | host-options | private",
        "+ write /data/new EROFS",
      ],
    },
    mounts: [bind("bind", "ro", "rw", "noexec", "exec", "nodev", "dev", "nosuid", "suid")],
    host: DATA,
    args: PROBE_OPTIONS,
  },
  {
    title: "[C39] atime options of a bind mount are those asked for",
    mounts: [bind("bind", "noatime", "nodiratime")],
    host: DATA,
    args: ["/probe", "mount", "/data"],
  },
  {
    title: "[C39] strictatime on a tmpfs leaves no atime word behind",
    mounts: [{ destination: "/scratch", type: "tmpfs", source: "tmpfs", options: ["strictatime", "nodiratime"] }],
    args: ["/probe", "mount", "/scratch"],
  },
  {
    title: "[C43] tmpcopyup fills the tmpfs with what it covers",
    mounts: [{ destination: "/filled", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup", "mode=755"] }],
    rootfs: { "filled/one": "1", "filled/two": { text: "2", mode: 0o600 } },
    args: ["/probe", "ls", "/filled", "read", "/filled/one", "stat", "/filled/two"],
  },
  {
    title: "[C42] a recursively read-only bind mount cannot be written",
    mounts: [bind("rbind", "rro")],
    host: DATA,
    args: PROBE_OPTIONS,
    needs: ["mount-setattr"],
  },
  {
    title: "[C42] recursive nosuid, nodev and noexec are seen on the mount",
    mounts: [bind("rbind", "rnosuid", "rnodev", "rnoexec")],
    host: DATA,
    args: ["/probe", "mount", "/data"],
    needs: ["mount-setattr"],
  },
  {
    title: "[C41] nosymfollow is set on a bind mount",
    follow: {
      as: "runc",
      because: "crun 1.8 does not know the option for bind mounts",
      differs: [
        "- mount /data host-fs rw,relatime,nosymfollow | host-options | private",
        "- read /data/link ELOOP",
        "+ mount /data host-fs rw,relatime | host-options | private",
        "+ read /data/link ok hello",
      ],
    },
    mounts: [bind("bind", "nosymfollow")],
    host: { ...DATA, "data/link": { link: "greeting" } },
    args: ["/probe", "mount", "/data", "read", "/data/link"],
    needs: ["mount-setattr"],
  },
  {
    title: "[C44] an idmapped bind mount shows the mapped owners",
    follow: {
      as: "crun",
      because: "runc 1.1 takes the mapping for nothing",
      differs: ["- stat /data/greeting - 0644 1000:2000", "+ stat /data/greeting - 0644 0:0"],
    },
    mounts: [
      {
        ...bind("bind", "idmap"),
        uidMappings: [{ containerID: 0, hostID: 1000, size: 10 }],
        gidMappings: [{ containerID: 0, hostID: 2000, size: 10 }],
      },
    ],
    host: DATA,
    args: ["/probe", "stat", "/data/greeting"],
    needs: ["mount-setattr"],
  },
  {
    title: "[C44] ridmap is idmap for the mounts below, too",
    follow: {
      as: "crun",
      because: "runc 1.1 takes the mapping for nothing",
      differs: ["- stat /data/greeting - 0644 1000:2000", "+ stat /data/greeting - 0644 0:0"],
    },
    mounts: [
      {
        ...bind("rbind", "ridmap"),
        uidMappings: [{ containerID: 0, hostID: 1000, size: 10 }],
        gidMappings: [{ containerID: 0, hostID: 2000, size: 10 }],
      },
    ],
    host: DATA,
    args: ["/probe", "stat", "/data/greeting"],
    needs: ["mount-setattr"],
  },
  {
    title: "[C39] what undoes an option is one too",
    follow: {
      as: "runc",
      because: "crun applies every option that sets a flag, whatever undoes it",
      differs: [
        "- mount /data host-fs rw,relatime | host-options | private",
        "+ mount /data host-fs rw,nodiratime | host-options | private",
      ],
    },
    mounts: [bind("bind", "defaults", "nodiratime", "diratime", "noatime", "atime", "strictatime", "nostrictatime", "norelatime")],
    host: DATA,
    args: ["/probe", "mount", "/data"],
  },
  {
    title: "[C41] symfollow undoes nosymfollow",
    mounts: [bind("bind", "nosymfollow", "symfollow")],
    host: { ...DATA, "data/link": { link: "greeting" } },
    args: ["/probe", "mount", "/data", "read", "/data/link"],
    needs: ["mount-setattr"],
  },
  {
    title: "[C42] what undoes a recursive option is one too",
    follow: {
      as: "specification",
      because: "options are read from left to right, as runc 1.3 does; runc 1.1 forgets what undoes, and crun 1.8 asks the kernel for both",
      shows: { exitCode: 0, lines: ["mount /data host-fs rw,relatime | host-options | private"] },
    },
    mounts: [
      bind(
        ...["rbind", "rro", "rrw", "rnosuid", "rsuid", "rnodev", "rdev", "rnoexec", "rexec", "rnosymfollow", "rsymfollow", "rnodiratime"],
        "rdiratime",
      ),
    ],
    host: DATA,
    args: ["/probe", "mount", "/data"],
    needs: ["mount-setattr"],
  },
  {
    title: "[C42] recursive options about times and links are seen on the mounts",
    follow: {
      as: "runc",
      because: "the options are those of the specification; crun 1.8 gives the kernel a mask without the atime modes, which it refuses",
      differs: [
        "- exit status 0",
        "+ exit status 1",
        "- mount /data/rnoatime host-fs rw,noatime | host-options | private",
        "- mount /data/rstrictatime host-fs rw | host-options | private",
        "- mount /data/rrelatime host-fs rw,relatime | host-options | private",
        "- mount /data/rnorelatime host-fs rw,relatime | host-options | private",
        "- mount /data/rnosymfollow host-fs rw,relatime,nosymfollow | host-options | private",
        "- mount /data/rnodiratime host-fs rw,nodiratime,relatime | host-options | private",
      ],
    },
    ...each("rnoatime", "rstrictatime", "rrelatime", "rnorelatime", "rnosymfollow", "rnodiratime"),
    needs: ["mount-setattr"],
  },
  {
    title: "[C42] recursive options that undo a time are no error without one",
    follow: {
      as: "specification",
      because: "options of the specification are accepted, as runc 1.3 does; the kernel refuses what runc 1.1 and crun 1.8 make of them",
      shows: {
        exitCode: 0,
        lines: ["ratime", "rnostrictatime"].map((option) => `mount /data/${option} host-fs rw,relatime | host-options | private`),
      },
    },
    ...each("ratime", "rnostrictatime"),
    needs: ["mount-setattr"],
  },
  {
    title: "[C39] options of the file system itself are seen on it",
    mounts: [{ destination: "/scratch", type: "tmpfs", source: "tmpfs", options: ["sync", "dirsync", "lazytime"] }],
    args: ["/probe", "mount", "/scratch"],
  },
  {
    title: "[C39] what undoes them is no option of the file system's own",
    follow: {
      as: "runc",
      because: "the specification has these words; crun 1.8 gives some of them to the tmpfs, which knows none",
      differs: ["- exit status 0", "+ exit status 1", "- mount /scratch tmpfs rw,relatime | rw | private"],
    },
    mounts: [
      {
        destination: "/scratch",
        type: "tmpfs",
        source: "tmpfs",
        options: ["sync", "async", "lazytime", "nolazytime", "silent", "loud", "iversion", "noiversion"],
      },
    ],
    args: ["/probe", "mount", "/scratch"],
  },
  { title: "[C43] mand and nomand are seen on a tmpfs", ...scratch("mand", "nomand") },
  {
    title: "[C39] remount changes the options of what is mounted there",
    mounts: [
      { destination: "/scratch", type: "tmpfs", source: "tmpfs", options: ["nosuid"] },
      { destination: "/scratch", type: "tmpfs", source: "tmpfs", options: ["remount", "ro", "nosuid"] },
    ],
    args: ["/probe", "mount", "/scratch"],
  },
  { title: "mount(8)'s own options without an effect on mounting have none", ...each("auto", "noauto", "nofail", "nouser", "_netdev") },
  {
    title: "mount(8)'s own options that take something away do so",
    follow: {
      as: "specification",
      because: "mount(8) says what they imply; runc 1.1 and crun 1.8 pass over them, and runc 1.3 refuses them",
      shows: {
        exitCode: 0,
        lines: ["user", "users", "owner", "group"].map(
          (option) =>
            `mount /data/${option} host-fs rw,nosuid,nodev,${option.startsWith("user") ? "noexec," : ""}relatime | host-options | private`,
        ),
      },
    },
    ...each("user", "users", "owner", "group"),
  },
];
