/** The kernel call that a step is mainly made of, as its man page is called: errors name it beside the errno. Pure. */
import type { HostStep } from "./host-step.ts";
import type { InitOp, InitStep } from "./step.ts";

const INIT_CALLS = {
  openNamespace: "openat(2)",
  joinNamespace: "setns(2)",
  unshare: "unshare(2)",
  enterCgroup: "write(2)",
  openCgroup: "openat(2)",
  cloneIntoCgroup: "clone3(2)",
  cloneChild: "clone3(2)",
  openUserNamespace: "clone(2)",
  sync: "recv(2)",
  setDumpable: "prctl(2)",
  writeProc: "write(2)",
  setPropagation: "mount(2)",
  openTree: "open_tree(2)",
  newFilesystem: "fsconfig(2)",
  mountAttributes: "mount_setattr(2)",
  idmapMount: "mount_setattr(2)",
  copyUp: "openat(2)",
  attachRoot: "move_mount(2)",
  attach: "move_mount(2)",
  remount: "mount_setattr(2)",
  targetAttributes: "mount_setattr(2)",
  makeDirectory: "mkdirat(2)",
  unlink: "unlinkat(2)",
  symlink: "symlinkat(2)",
  mknod: "mknodat(2)",
  maskPath: "move_mount(2)",
  readonlyPath: "mount_setattr(2)",
  pivotRoot: "pivot_root(2)",
  moveRoot: "move_mount(2)",
  chroot: "chroot(2)",
  sethostname: "sethostname(2)",
  setdomainname: "setdomainname(2)",
  newSessionKeyring: "keyctl(2)",
  setsid: "setsid(2)",
  chownStdio: "fchown(2)",
  openConsole: "openat(2)",
  setrlimit: "prlimit(2)",
  personality: "personality(2)",
  umask: "umask(2)",
  setgroups: "setgroups(2)",
  setgid: "setresgid(2)",
  setuid: "setresuid(2)",
  keepCapabilities: "prctl(2)",
  dropBounding: "prctl(2)",
  capset: "capset(2)",
  raiseAmbient: "prctl(2)",
  noNewPrivileges: "prctl(2)",
  chdir: "chdir(2)",
  chdirAs: "chdir(2)",
  loopbackUp: "ioctl(2)",
  reopenNull: "openat(2)",
  defaultHome: "openat(2)",
  findExecutable: "execve(2)",
  closeOnExec: "close_range(2)",
  waitStart: "accept(2)",
  runHook: "execve(2)",
  exec: "execve(2)",
} as const satisfies Readonly<Record<InitOp, string>>;

const HOST_CALLS = {
  makeCgroup: "mkdir(2)",
  writeCgroup: "write(2)",
  inheritCgroup: "write(2)",
  attachDeviceProgram: "bpf(2)",
  spawnInit: "posix_spawn(3)",
  await: "recv(2)",
  release: "send(2)",
  writeIdMaps: "write(2)",
  enableControllers: "write(2)",
  runHook: "execve(2)",
  chownCgroup: "fchownat(2)",
  saveState: "rename(2)",
  writePidFile: "rename(2)",
} as const satisfies Readonly<Record<HostStep["op"], string>>;

export function callOf(step: InitStep): string {
  return INIT_CALLS[step.op];
}

export function hostCallOf(step: HostStep): string {
  return HOST_CALLS[step.op];
}
