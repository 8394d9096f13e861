/** Where a path of the container leads on the host: symbolic links are followed as inside, and never out of the root. */
import { readLink } from "../../sys/file/file.ts";
import { lookAt } from "./bundle-check.ts";

const LINKS_MAX = 40; // as the kernel's own limit, path_resolution(7)

/**
 * The path on the host without links, or undefined if there is nothing; what we may not see counts as there. For looking only:
 * a container that changes its files meanwhile may lead us elsewhere.
 */
export function resolveBelow(root: string, path: string): string | undefined {
  let left = path.split("/").filter(isName);
  let at: string[] = [];
  for (let links = 0; links <= LINKS_MAX; ) {
    const name = left.shift();
    if (name === undefined) return hostName(root, at);
    if (name === "..") {
      at.pop();
      continue;
    }
    const here = [...at, name];
    const link = readLink(hostName(root, here));
    if (link === undefined) {
      if (lookAt(hostName(root, here), false) === "missing") return undefined;
      at = here;
      continue;
    }
    links++;
    if (link.startsWith("/")) at = [];
    left = [...link.split("/").filter(isName), ...left];
  }
  return undefined;
}

function isName(part: string): boolean {
  return part !== "" && part !== ".";
}

function hostName(root: string, names: readonly string[]): string {
  return `${root}/${names.join("/")}`;
}
