/** System call numbers, x86_64 and aarch64 (asm/unistd.h). Those above 424 are the same everywhere. */
import { machine } from "../../engine/kernel.ts";

// biome-ignore format: a table
const X64 = {
  read: 0, write: 1, rt_sigaction: 13, rt_sigprocmask: 14, rt_sigpending: 127, close: 3, lseek: 8, ioctl: 16, getpid: 39, socket: 41, connect: 42, sendto: 44, recvfrom: 45, sendmsg: 46,
  recvmsg: 47, bind: 49, listen: 50, socketpair: 53, wait4: 61, kill: 62, fcntl: 72, flock: 73, fsync: 74, fchmod: 91, umask: 95,
  geteuid: 107, getegid: 108, getppid: 110, setsid: 112, capget: 125, capset: 126, mount: 165, umount2: 166, statfs: 137, prctl: 157, getdents64: 217, mkdirat: 258, fchownat: 260, unlinkat: 263,
  readlinkat: 267, openat: 257, faccessat: 269, ppoll: 271, signalfd4: 289, dup3: 292, pipe2: 293, prlimit64: 302, renameat2: 316, memfd_create: 319,
  bpf: 321, statx: 332, pread64: 17, pwrite64: 18, fchown: 93, lsetxattr: 189, fsetxattr: 190, lgetxattr: 192, llistxattr: 195, mknodat: 259, linkat: 265,
  symlinkat: 266, getrandom: 318, fchmodat: 268, sync_file_range: 277, utimensat: 280, syncfs: 306, ftruncate: 77, copy_file_range: 326, keyctl: 250, fstatfs: 138, seccomp: 317, uname: 63, sched_setaffinity: 203, sched_getaffinity: 204, sched_setattr: 314, ioprio_set: 251, setns: 308, setsockopt: 54, getcwd: 79, clock_gettime: 228,
  clone: 56, unshare: 272, execve: 59, exit: 60, accept4: 288, eventfd2: 290, inotify_init1: 294, inotify_add_watch: 254, fchdir: 81, chroot: 161,
} as const;

// biome-ignore format: a table
const ARM64: { readonly [K in keyof typeof X64]: number } = {
  read: 63, write: 64, rt_sigaction: 134, rt_sigprocmask: 135, rt_sigpending: 136, close: 57, lseek: 62, ioctl: 29, getpid: 172, socket: 198, connect: 203, sendto: 206, recvfrom: 207, sendmsg: 211,
  recvmsg: 212, bind: 200, listen: 201, socketpair: 199, wait4: 260, kill: 129, fcntl: 25, flock: 32, fsync: 82, fchmod: 52, umask: 166,
  geteuid: 175, getegid: 177, getppid: 173, setsid: 157, capget: 90, capset: 91, mount: 40, umount2: 39, statfs: 43, prctl: 167, getdents64: 61, mkdirat: 34, fchownat: 54, unlinkat: 35,
  readlinkat: 78, openat: 56, faccessat: 48, ppoll: 73, signalfd4: 74, dup3: 24, pipe2: 59, prlimit64: 261, renameat2: 276, memfd_create: 279,
  bpf: 280, statx: 291, pread64: 67, pwrite64: 68, fchown: 55, lsetxattr: 6, fsetxattr: 7, lgetxattr: 9, llistxattr: 12, mknodat: 33, linkat: 37,
  symlinkat: 36, getrandom: 278, fchmodat: 53, sync_file_range: 84, utimensat: 88, syncfs: 267, ftruncate: 46, copy_file_range: 285, keyctl: 219, fstatfs: 44, seccomp: 277, uname: 160, sched_setaffinity: 122, sched_getaffinity: 123, sched_setattr: 274, ioprio_set: 30, setns: 268, setsockopt: 208, getcwd: 17, clock_gettime: 113,
  clone: 220, unshare: 97, execve: 221, exit: 93, accept4: 242, eventfd2: 19, inotify_init1: 26, inotify_add_watch: 27, fchdir: 50, chroot: 51,
};

export const SYS = {
  ...(machine === "aarch64" ? ARM64 : X64),
  pidfd_send_signal: 424,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fspick: 433,
  pidfd_open: 434,
  clone3: 435,
  close_range: 436,
  openat2: 437,
  faccessat2: 439,
  listxattrat: 465,
  mount_setattr: 442,
  statmount: 457,
} as const;
