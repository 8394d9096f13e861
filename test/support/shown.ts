/** The visible result of a container, freed from what differs from one machine, one run or one runtime to the next for no fault of its own. */
import { readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Case, Shown } from "../e2e/corpus/case.ts";
import { isObject, parseObject } from "./json.ts";
import type { Runtime } from "./runtimes.ts";
import { sandbox } from "./sandbox.ts";

/** Runs the bundle of `subject` under `runtime`. Standard error is not part of the result: every runtime has its own words. */
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

/** The same result without what another machine shows otherwise: where the cgroup of the test itself is. */
export function portable(shown: Shown): Shown {
  return { ...shown, lines: shown.lines.map((line) => (line.startsWith("cgroup ") ? withoutOwnCgroup(line) : line)) };
}

function withoutOwnCgroup(line: string): string {
  const [, controllers = "", path = ""] = line.split(" ");
  const own = readFileSync("/proc/self/cgroup", "utf8")
    .split("\n")
    .find((row) => row.split(":")[1] === controllers)
    ?.split(":")[2];
  return own && own !== "/" && path.startsWith(`${own}/`) ? `cgroup ${controllers} ${path.slice(own.length)}` : line;
}

/** Lines that only one of two results has: `-` only the first, `+` only the second. Order alone is a difference too. */
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
 * The file system that holds the test's files is the machine's choice, and so are tmpfs's words for its inode numbers. The
 * root and what is below /data come from there; elsewhere a tmpfs is the container's own, even if the machine's is one too.
 */
function steadyMount(line: string): string {
  if (!line.startsWith("mount ")) return line;
  const { type, options } = hostFileSystem();
  const steady = line.replaceAll(",inode64", "");
  const isOurs = type !== "tmpfs" || /^mount \/(data\S*)? /.test(line);
  return isOurs ? steady.replace(` ${type} `, " host-fs ").replace(`| ${options} |`, "| host-options |") : steady;
}

/** Whether the temporary directory is a mount of its own, and not part of the machine's root. */
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
  return { type, options: options.replaceAll(",inode64", ""), mountPoint: longest.split(" ")[4] ?? "/" };
}

/**
 * The lines of `probe hook`: a pid is there or not, mount namespaces are numbered as they turn up, and what a runtime tells
 * hooks beyond the specification goes.
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
