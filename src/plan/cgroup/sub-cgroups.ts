/** `exec --cgroup [controller,…:]path`: cgroups below the container's own, in runc's words. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { guestPath, type HostPath, hostPath } from "../../base/paths.ts";

type CgroupPaths = Readonly<Record<string, HostPath>>;

/** `..` does not lead out of the container's cgroup. Controllers of one hierarchy are in one cgroup, whichever of them is named. */
export function subCgroups(paths: CgroupPaths, words: readonly string[]): CgroupPaths {
  const below = parseWords(words);
  const everywhere = below.get("");
  if (everywhere !== undefined) return mapPaths(paths, (path) => join(path, everywhere));
  const moved = new Map<HostPath, HostPath>();
  for (const [controller, sub] of below) {
    const path = Object.hasOwn(paths, controller) ? paths[controller] : undefined;
    if (path === undefined) {
      throw new RuntimeError("usage", `unknown controller ${controller} in SubCgroupPaths`, {
        hint: `the container's are ${Object.keys(paths).join(", ")}`,
      });
    }
    const other = moved.get(path);
    if (other !== undefined && other !== join(path, sub)) throw refuse(`${controller}:${sub}`, "its hierarchy is given two cgroups");
    moved.set(path, join(path, sub));
  }
  return mapPaths(paths, (path) => moved.get(path) ?? path);
}

function mapPaths(paths: CgroupPaths, map: (path: HostPath) => HostPath): CgroupPaths {
  return Object.fromEntries(Object.entries(paths).map(([controller, path]) => [controller, map(path)]));
}

function join(path: HostPath, sub: string): HostPath {
  return hostPath(`${path}${guestPath(sub)}`);
}

/** Controller → path; "" stands for all of them. */
function parseWords(words: readonly string[]): ReadonlyMap<string, string> {
  const below = new Map<string, string>();
  for (const word of words) {
    const [first = "", path, ...more] = word.split(":");
    if (more.length > 0) throw refuse(word);
    if (path === undefined && words.length > 1) throw refuse(word, "missing <controller>: prefix");
    if (path === undefined) return new Map([["", first]]);
    for (const controller of first.split(",")) {
      if (controller === "") throw refuse(word, "empty <controller> prefix");
      if (below.has(controller)) throw refuse(word, `controller ${controller} is given twice`);
      below.set(controller, path);
    }
  }
  return below;
}

function refuse(word: string, reason?: string): RuntimeError {
  return new RuntimeError("usage", `invalid --cgroup argument: ${word}${reason === undefined ? "" : ` (${reason})`}`, {
    hint: "it is [controller,…:]path, and the path lies below the container's own cgroup",
  });
}
