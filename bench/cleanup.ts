/**
 * Removes whatever the bench's containers left behind, however the bench ended: containers, cgroups, mounts, files.
 *
 * Everything is found by the bench's own prefix or directory, so nothing else is touched.
 */
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { mountPointsBelow, parseMountinfo } from "./mounts.ts";
import { commandOf, type Runtime } from "./runtimes.ts";

const PATIENCE_MS = 2000;

/** Returns what could not be removed, one sentence each. */
export function cleanUp(home: string, runtimes: readonly Runtime[], idPrefix: string): string[] {
  const problems = runtimes.flatMap((runtime) => deleteContainers(runtime, idPrefix));
  for (const { path } of readMounts().filter(({ type }) => type === "cgroup" || type === "cgroup2"))
    problems.push(...removeCgroups(path, idPrefix));
  problems.push(...unmountBelow(home));
  if (mountPointsBelow(readMounts(), home).length === 0) rmSync(home, { recursive: true, force: true });
  else problems.push(`cannot remove ${home}: something is still mounted below it`);
  return problems;
}

function deleteContainers(runtime: Runtime, idPrefix: string): string[] {
  if (!existsSync(runtime.root)) return [];
  const left = readdirSync(runtime.root).filter((name) => name.startsWith(idPrefix));
  return left.flatMap((id) => {
    const command = commandOf(runtime, "delete", "--force", id);
    const { success, stderr } = Bun.spawnSync(command);
    return success ? [] : [`cannot remove container ${id}: \`${command.join(" ")}\`: ${stderr.toString().trim()}`];
  });
}

/** A runtime that was killed, or failed under a small memory limit, may leave its cgroups behind. */
function removeCgroups(directory: string, idPrefix: string): string[] {
  const children = listDirectories(directory);
  return children.flatMap((name) => {
    const path = join(directory, name);
    return name.startsWith(idPrefix) ? removeCgroup(path) : removeCgroups(path, idPrefix);
  });
}

function removeCgroup(path: string): string[] {
  const deadline = Date.now() + PATIENCE_MS;
  const problems = listDirectories(path).flatMap((name) => removeCgroup(join(path, name)));
  for (;;) {
    killMembers(join(path, "cgroup.procs"));
    try {
      rmdirSync(path);
      return problems;
    } catch (error) {
      if (codeOf(error) === "ENOENT") return problems;
      if (codeOf(error) !== "EBUSY" || Date.now() > deadline) return [...problems, `cannot remove cgroup ${path}: ${String(error)}`];
    }
    Bun.sleepSync(5); // a killed process leaves its cgroup a moment later
  }
}

function killMembers(procs: string): void {
  if (!existsSync(procs)) return;
  for (const pid of readFileSync(procs, "utf8").split("\n").map(Number)) {
    try {
      if (pid > 0) process.kill(pid, "SIGKILL");
    } catch (error) {
      if (codeOf(error) !== "ESRCH") throw error;
    }
  }
}

/** Only a faulty runtime mounts anything on the host; without this, removing the directory would descend into its mounts. */
function unmountBelow(home: string): string[] {
  const left = mountPointsBelow(readMounts(), home);
  for (const path of left.toReversed()) Bun.spawnSync(["umount", "--lazy", path]);
  return left.map((path) => `${path} was left mounted by a runtime`);
}

function readMounts(): ReturnType<typeof parseMountinfo> {
  return parseMountinfo(readFileSync("/proc/self/mountinfo", "utf8"));
}

/** Other cgroups come and go meanwhile, or are deeper than any path. */
function listDirectories(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch (error) {
    if (["ENOENT", "ENODEV", "ENAMETOOLONG"].includes(codeOf(error) ?? "")) return [];
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
