/** An image's configuration → config.json, by the rules of image-spec's conversion.md. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { guestPath } from "../../base/paths.ts";
import type { Mount, Process, Spec } from "../../spec/types.ts";
import { isUnsafeAnnotation } from "../../spec/unsafe-annotations.ts";
import type { ImageConfig } from "../format/image-config.ts";
import { type ReadImageFile, resolveUser } from "./image-user.ts";

export interface BundleOptions {
  /** What the image does not decide: namespaces, mounts, capabilities, limits. */
  readonly base: Spec;
  /** Instead of the image's Cmd, behind its Entrypoint. */
  readonly cmd?: readonly string[];
  /** Instead of the image's Entrypoint; its Cmd is then none of the image's either. */
  readonly entrypoint?: readonly string[];
  /** NAME=value; they replace the image's of the same name. */
  readonly env?: readonly string[];
  /** In the form of the image's User, and instead of it. */
  readonly user?: string;
  readonly cwd?: string;
  readonly terminal?: boolean;
  /** Destinations for which the caller has mounts of its own; the image's volumes there get none. */
  readonly mounted?: readonly string[];
  readonly readImageFile: ReadImageFile;
}

/** Throws "config" if neither the image nor the options say what to run, "not-found" for a user that the image does not know. */
export function imageBundle(image: ImageConfig, options: BundleOptions): Spec {
  const { base } = options;
  return {
    ...base,
    process: { ...processOf(image, options) },
    mounts: [...(base.mounts ?? []), ...volumeMounts(image, options)],
    annotations: { ...base.annotations, ...annotationsOf(image) },
  };
}

function processOf({ config }: ImageConfig, options: BundleOptions): Process {
  const entrypoint = options.entrypoint ?? config.entrypoint;
  const args = [...entrypoint, ...(options.cmd ?? (options.entrypoint === undefined ? config.cmd : []))];
  if (args.length === 0) {
    throw new RuntimeError("config", "cannot make a process of the image: it has neither Entrypoint nor Cmd", {
      hint: "give a command behind --",
    });
  }
  const { user: _, args: __, env, terminal, ...rest } = options.base.process ?? { user: { uid: 0, gid: 0 }, cwd: "/" };
  const isTerminal = options.terminal ?? terminal ?? false;
  const base = isTerminal ? (env ?? []) : (env ?? []).filter((one) => nameIn(one) !== "TERM");
  return {
    ...rest,
    terminal: isTerminal,
    user: resolveUser(options.user ?? config.user, options.readImageFile),
    args,
    env: mergeEnv(base, config.env, options.env ?? []),
    cwd: options.cwd ?? config.workingDir ?? "/",
  };
}

/** Of two values of one name the later list's counts; the image's own entries stay as they are, even repeated ones. */
function mergeEnv(base: readonly string[], image: readonly string[], own: readonly string[]): string[] {
  const ours = new Set(own.map(nameIn));
  const kept = image.filter((one) => !ours.has(nameIn(one)));
  const taken = new Set([...kept.map(nameIn), ...ours]);
  return [...base.filter((one) => !taken.has(nameIn(one))), ...kept, ...own];
}

function nameIn(assignment: string): string {
  const equals = assignment.indexOf("=");
  return equals < 0 ? assignment : assignment.slice(0, equals);
}

/** So that what is written there is not written into the writable layer. The bundle has a directory for each; volumes.ts fills it. */
function volumeMounts({ config }: ImageConfig, { mounted = [] }: BundleOptions): Mount[] {
  const taken = new Set(mounted.map(guestPath));
  return config.volumes
    .map(guestPath)
    .filter((path) => path !== "/" && !taken.has(path))
    .sort()
    .map((destination, i) => ({ destination, type: "bind", source: `${OWN_VOLUMES}/${i + 1}`, options: ["rbind", "rprivate"] }));
}

/** Directory in the bundle. */
export const OWN_VOLUMES = "volumes";

const PREFIX = "org.opencontainers.image.";

function annotationsOf({ platform, author, created, config }: ImageConfig): Record<string, string> {
  const implicit = {
    os: platform.os,
    architecture: platform.architecture,
    variant: platform.variant,
    author,
    created,
    stopSignal: config.stopSignal,
    exposedPorts: config.exposedPorts.length === 0 ? undefined : config.exposedPorts.join(","),
  };
  const told = Object.entries(implicit).flatMap(([name, value]) => (value === undefined ? [] : [[`${PREFIX}${name}`, value]]));
  const labels = Object.entries(config.labels).filter(([name]) => !isUnsafeAnnotation(name));
  return Object.fromEntries([...told, ...labels]);
}

/** Whoever made an image has no say in what is done on the host: these labels become no annotations. */
export function unsafeLabels({ config }: ImageConfig): string[] {
  return Object.keys(config.labels).filter(isUnsafeAnnotation);
}
