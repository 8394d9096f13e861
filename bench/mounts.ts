/** Parses /proc/self/mountinfo, as far as the bench needs it. Pure. */

export interface Mounted {
  readonly path: string;
  readonly type: string;
}

const CGROUP_ROOT = "/sys/fs/cgroup";

/** In mountinfo's order: a later mount may hide an earlier one. */
export function parseMountinfo(text: string): Mounted[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [left = "", right = ""] = line.split(" - ");
      return { path: unescapeOctal(left.split(" ")[4] ?? ""), type: right.split(" ")[0] ?? "" };
    });
}

/** Mount points of cgroup2 file systems below a /sys/fs/cgroup that is not one itself: crun refuses a host with such a mount. */
export function hybridCgroupMounts(mounts: readonly Mounted[]): string[] {
  const root = mounts.findLast(({ path }) => path === CGROUP_ROOT);
  if (root?.type === "cgroup2") return [];
  const inside = mounts.filter(({ path, type }) => type === "cgroup2" && path.startsWith(`${CGROUP_ROOT}/`));
  return [...new Set(inside.map(({ path }) => path))];
}

export function mountPointsBelow(mounts: readonly Mounted[], directory: string): string[] {
  return mounts.map(({ path }) => path).filter((path) => path.startsWith(`${directory}/`));
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
