/** The runtime under test, its peers, and the environment in which they are compared. */
import { existsSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";

export interface Runtime {
  readonly name: string;
  /** The words that precede the runtime's own arguments. */
  readonly argv: readonly string[];
}

const HYBRID = "/sys/fs/cgroup/unified";
const BUILT = resolve(import.meta.dir, "../../dist/lamina");

/** $LAMINA (a path, or a name in PATH such as runc), otherwise what `npm run build` made; with LAMINA_DRIVER=systemd, by that driver. */
export function runtimeUnderTest(): Runtime {
  const wanted = process.env.LAMINA ?? BUILT;
  const path = wanted.includes("/") ? resolve(wanted) : Bun.which(wanted);
  if (path === null || !existsSync(path))
    throw new Error(`cannot find the runtime under test: ${wanted} does not exist; try: npm run build`);
  return { name: basename(path), argv: process.env.LAMINA_DRIVER === "systemd" ? [path, "--systemd-cgroup"] : [path] };
}

export type PeerName = "runc" | "crun";

export function peer(name: PeerName): Runtime | undefined {
  const path = Bun.which(name);
  return path === null ? undefined : { name, argv: [path] };
}

/** A peer's version without a distribution's suffix, e.g. "1.1.5". */
export function peerVersion(name: PeerName): string | undefined {
  const runtime = peer(name);
  if (runtime === undefined) return undefined;
  const printed = Bun.spawnSync([...runtime.argv, "--version"]).stdout.toString();
  return /version (\d+\.\d+(?:\.\d+)?)/.exec(printed)?.[1];
}

/**
 * The same runtime in its own mount namespace, where a cgroup2 hierarchy beside v1's is unmounted: crun refuses a host that has
 * both, so all are compared without it.
 */
export function inComparableEnvironment(runtime: Runtime): Runtime {
  const hybrid = readFileSync("/proc/self/mountinfo", "utf8").includes(` ${HYBRID} `);
  const script = hybrid ? `umount ${HYBRID} && exec "$@"` : 'exec "$@"';
  return { ...runtime, argv: ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", ...runtime.argv] };
}
