/** The visible result of a container, without what legitimately differs between machines, runs or runtimes. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Case, Shown } from "../e2e/corpus/case.ts";
import { isObject, parseObject } from "./json.ts";
import type { Runtime } from "./runtimes.ts";
import { sandbox } from "./sandbox.ts";

/** Runs the bundle of `subject` under `runtime`. Standard error is not part of the result: every runtime words its own messages. */
export async function show(
  subject: Case,
  runtime: Runtime,
  { forgiving = false } = {},
): Promise<{ readonly shown: Shown; readonly stderr: string }> {
  await using box = await sandbox(subject, { runtime, forgiving });
  const outcome = await box.call(["run", "--bundle", box.path, box.id], { stdin: subject.stdin ?? "" });
  const files = await Promise.all((subject.reads ?? []).map(async (name) => linesOf(name, await box.hostFile(name))));
  const clean = (text: string): string => text.replaceAll(box.host, "@HOST@").replaceAll(box.path, "@BUNDLE@").replaceAll(box.id, "@ID@");
  const lines = [...outcome.stdout.split("\n").map(steadyMount), ...files.flat()].filter((line) => line !== "").map(clean);
  return { shown: { exitCode: outcome.exitCode, lines }, stderr: outcome.stderr };
}

/** The same result without what differs on another machine: where the test's own cgroup is, and what the kernel was built with. */
export function portable(shown: Shown): Shown {
  const lines = existsSync("/proc/kcore") ? shown.lines.filter((line) => !line.startsWith("device /dev/core ")) : shown.lines;
  return { ...shown, lines: lines.map((line) => (line.startsWith("cgroup ") ? withoutOwnCgroup(line) : withoutSysRq(line))) };
}

function withoutSysRq(line: string): string {
  return line === "write /proc/sysrq-trigger EROFS" ? "write /proc/sysrq-trigger ENOENT" : line;
}

function withoutOwnCgroup(line: string): string {
  const [, controllers = "", path = ""] = line.split(" ");
  const own = readFileSync("/proc/self/cgroup", "utf8")
    .split("\n")
    .find((row) => row.split(":")[1] === controllers)
    ?.split(":")[2];
  return own && own !== "/" && path.startsWith(`${own}/`) ? `cgroup ${controllers} ${path.slice(own.length)}` : line;
}

/** Lines that only one of two results has: `-` only the first, `+` only the second. A different order is a difference too. */
export function difference(first: Shown, second: Shown): string[] {
  const removed = without(first.lines, second.lines).map((line) => `- ${line}`);
  const added = without(second.lines, first.lines).map((line) => `+ ${line}`);
  const status = first.exitCode === second.exitCode ? [] : [`- exit status ${first.exitCode}`, `+ exit status ${second.exitCode}`];
  const changes = [...status, ...removed, ...added];
  const sameOrder = first.lines.join("\n") === second.lines.join("\n");
  return changes.length > 0 || sameOrder ? changes : ["the same lines in another order"];
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function linesOf(name: string, text: string): string[] {
  return name.endsWith(".log") ? steadyHooks(text) : text.split("\n").map((line) => line && `${name}: ${line}`);
}

/**
 * The file system of the test's files depends on the machine, and so do tmpfs's options for inode numbers. The root and
 * everything below /data come from there; elsewhere a tmpfs is the container's own, even if the machine's is one too.
 */
function steadyMount(line: string): string {
  if (!line.startsWith("mount ")) return line;
  const { type, options } = hostFileSystem();
  const steady = withoutInodeNumbers(line);
  const isOurs = type === "tmpfs" ? /^mount \/(data\S*)? /.test(line) : line.includes(` ${type} `);
  return isOurs ? steady.replace(` ${type} `, " host-fs ").replace(`| ${options} |`, "| host-options |") : steady;
}

/** Mounts of tmpfs as they are shown by kernels that do not name the size of inode numbers. */
export function withoutInodeNumbers(text: string): string {
  return text.replaceAll(",inode64", "");
}

/** Whether the temporary directory is a separate mount, rather than part of the machine's root. */
export function hasOwnTemporaryMount(): boolean {
  return hostFileSystem().mountPoint !== "/";
}

/** Type and super block options of the file system below the temporary directory. */
function hostFileSystem(): { readonly type: string; readonly options: string; readonly mountPoint: string } {
  const directory = `${realpathSync(tmpdir())}/`;
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n").filter(Boolean);
  const holding = mounts.filter((line) => directory.startsWith(`${line.split(" ")[4]}/`.replace("//", "/")));
  const longest = holding.sort((a, b) => (a.split(" ")[4]?.length ?? 0) - (b.split(" ")[4]?.length ?? 0)).at(-1) ?? "";
  const [type = "", , options = ""] = (longest.split(" - ")[1] ?? "").split(" ");
  return { type, options: withoutInodeNumbers(options), mountPoint: longest.split(" ")[4] ?? "/" };
}

/**
 * The lines of `probe hook`: a pid is present or not, mount namespaces are numbered in order of appearance, and what a runtime
 * tells hooks beyond the specification is dropped.
 */
function steadyHooks(log: string): string[] {
  const namespaces: string[] = [];
  return log
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const { hook, cwd, root, mnt, has, state } = parseObject(line);
      if (!namespaces.includes(String(mnt))) namespaces.push(String(mnt));
      const { id, status, pid, bundle, annotations } = isObject(state) ? state : {};
      const told = { id, status, pid: Number(pid) > 0 ? "some" : "none", bundle, annotations };
      return `hook ${hook} in ${cwd} root ${root} of ${has}, namespace ${namespaces.indexOf(String(mnt))}: ${JSON.stringify(told)}`;
    });
}
