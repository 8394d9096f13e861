/** Well-formed bundles that the container's own files or the kernel refuse. The words are those that engines match on. */
import type { BadBundle } from "./case.ts";

const bind = { destination: "/data", type: "bind", source: "@HOST@/data", options: ["bind"] } as const;
const DURING = "unable to start container process: error during container init: ";

export const REFUSED_BY_KERNEL: readonly BadBundle[] = [
  {
    title: "[C50] a program that PATH does not lead to",
    args: ["nonexistent-cmd"],
    says: ['exec: "nonexistent-cmd": executable file not found in $PATH'],
  },
  {
    title: "[C50] a program that does not exist",
    args: ["/no/such/path"],
    says: ['exec: "/no/such/path": stat /no/such/path: no such file or directory'],
  },
  {
    title: "[C50] a program that is not executable",
    args: ["/bin/noexec"],
    rootfs: { "bin/noexec": { text: "", mode: 0o644 } },
    says: ['exec: "/bin/noexec": permission denied'],
  },
  {
    title: "[C50] a program on PATH that is not executable",
    args: ["noexec"],
    rootfs: { "bin/noexec": { text: "", mode: 0o644 } },
    says: ['exec: "noexec": executable file not found in $PATH'],
  },
  { title: "[C50] a program that is a directory", args: ["/etc"], says: ['exec: "/etc": is a directory: permission denied'] },
  {
    title: "[C22] a mount source that does not exist",
    mounts: [bind],
    says: [DURING, 'error mounting "@HOST@/data" to rootfs at "/data"', "no such file or directory"],
  },
  {
    title: "[C22] a file to be mounted on a directory",
    mounts: [bind],
    host: { data: "text" },
    rootfs: { "data/.keep": "" },
    says: [DURING, 'error mounting "@HOST@/data" to rootfs at "/data"', "not a directory"],
  },
  {
    title: "[C22] a file system that the kernel does not know",
    mounts: [{ destination: "/data", type: "nosuchfs", source: "none" }],
    says: [DURING, 'error mounting "none" to rootfs at "/data"', "no such device"],
  },
  {
    title: "[C22] an option that the file system does not know",
    mounts: [{ destination: "/data", type: "tmpfs", source: "tmpfs", options: ["nonsense=1"] }],
    says: [DURING, 'error mounting "tmpfs" to rootfs at "/data"', "invalid argument"],
  },
  {
    title: "[C110] a sysctl that the kernel does not know",
    config: { linux: { sysctl: { "net.ipv4.nosuchkey": "1" } } },
    says: [DURING, "open /proc/sys/net/ipv4/nosuchkey: no such file or directory"],
  },
  {
    title: "[C110] a sysctl value that the kernel does not take",
    config: { linux: { sysctl: { "net.ipv4.ip_forward": "banana" } } },
    says: [DURING, "/proc/sys/net/ipv4/ip_forward: invalid argument"],
  },
  {
    title: "[C10] a hook that fails",
    config: { hooks: { createRuntime: [{ path: "/bin/sh", args: ["sh", "-c", "printf out; printf err >&2; exit 9"] }] } },
    says: ["error running createRuntime hook #0: ", "exit status 9, stdout: out, stderr: err"],
  },
  {
    title: "[C10] a hook that does not exist",
    config: { hooks: { createRuntime: [{ path: "/no/such/hook" }] } },
    says: ["error running createRuntime hook #0: ", "/no/such/hook: no such file or directory"],
  },
  {
    title: "[C64] a hook that takes too long",
    config: { hooks: { createRuntime: [{ path: "@PROBE@", args: ["probe", "forever"], timeout: 1 }] } },
    says: ["error running createRuntime hook #0: ", /\b1(\.0)? ?s\b/],
  },
  {
    title: "[C49] a working directory that is a file",
    config: { process: { cwd: "/etc/passwd" } },
    says: ["/etc/passwd", "not a directory"],
  },
  {
    title: "[C81] a listed device where there is a file already",
    config: {
      mounts: [{ destination: "/proc", type: "proc", source: "proc" }],
      root: { readonly: false },
      linux: { maskedPaths: [], readonlyPaths: [], devices: [{ path: "/dev/fuse", type: "c", major: 10, minor: 229 }] },
    },
    rootfs: { "dev/fuse": "a file", "dev/pts/.keep": "" },
    says: ["/dev/fuse"],
  },
];
