/** What native init did, according to strace: its calls from its own start to that of the container's program, over all its processes. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface Call {
  readonly name: string;
  /** `name(arguments)`, as strace words them. */
  readonly text: string;
  readonly result: string;
  readonly failed: boolean;
}

/** One file per process, so that no call is split; paths of descriptors; structures and strings in full. */
export function straceWords(directory: string): string[] {
  return ["strace", "-ff", "-y", "-v", "-s", "4096", "-o", join(directory, "trace")];
}

/** The calls of the successive init processes: each new one is made by clone3(2) and replaces the one before. */
export async function readInitCalls(directory: string): Promise<Call[]> {
  const traces = new Map<string, Call[]>();
  for (const name of await readdir(directory)) traces.set(name.replace("trace.", ""), parse(await readFile(join(directory, name), "utf8")));
  const first = [...traces.values()].find((calls) => calls.some(isInitStart));
  if (first === undefined) throw new Error(`no process in ${directory} executed native init`);
  return followChildren(first.slice(first.findIndex(isInitStart) + 1), traces);
}

function followChildren(calls: readonly Call[], traces: ReadonlyMap<string, Call[]>): Call[] {
  const made = calls.find(({ name, failed }) => name === "clone3" && !failed);
  const child = made === undefined ? undefined : traces.get(made.result);
  if (child !== undefined) return [...calls, ...followChildren(child, traces)];
  const end = calls.findIndex(({ name, failed }) => name === "execve" && !failed);
  return calls.slice(0, end + 1);
}

function isInitStart({ text, failed }: Call): boolean {
  return /^execve\("\/proc\/self\/fd\/\d+", \["lamina:init"/.test(text) && !failed;
}

/** Without calls that the kernel itself makes again, as it does a write(2) to ip_forward while somebody else changes the network. */
function parse(trace: string): Call[] {
  return trace.split("\n").flatMap((line) => {
    if (/ += \? ERESTART/.test(line)) return [];
    const [, text = "", name = "", result = ""] = /^((\w+)\(.*\)) += ([^ <]+)/.exec(line) ?? [];
    return name === "" ? [] : [{ name, text, result, failed: result === "-1" }];
  });
}

/** Calls that only read, or change only the caller's own memory, descriptors and signals, or talk to the host. */
const HARMLESS = new Set(
  (
    "close fstat stat lstat newfstatat statx fstatfs statfs read pread64 readlink readlinkat getdents64 lseek mmap munmap mprotect mremap brk " +
    "arch_prctl set_tid_address set_robust_list rseq getrandom getuid geteuid getgid getegid getpid gettid getppid getcwd access faccessat " +
    "faccessat2 rt_sigaction rt_sigprocmask rt_sigreturn fcntl pipe2 socket getsockopt sendto recvfrom exit_group exit capget"
  ).split(" "),
);

/** Calls that change something only with certain arguments; otherwise they are harmless. */
const EFFECTIVE_IF: Readonly<Record<string, RegExp>> = {
  open: /O_CREAT|O_TRUNC|O_TMPFILE/,
  openat: /O_CREAT|O_TRUNC|O_TMPFILE/,
  openat2: /O_CREAT|O_TRUNC|O_TMPFILE/,
  prlimit64: /^prlimit64\(\d+, \w+, \{/,
  prctl: /^prctl\((?!PR_CAPBSET_READ|PR_GET_|PR_SET_NAME)/,
  ioctl: /^ioctl\((?!.*(?:SIOCGIFFLAGS|TCGETS|TIOCGWINSZ))/,
};

/** Whatever is not known to be harmless. */
export function isEffective({ name, text }: Call): boolean {
  const condition = EFFECTIVE_IF[name];
  return condition === undefined ? !HARMLESS.has(name) : condition.test(text);
}
