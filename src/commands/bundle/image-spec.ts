/** An image and the options of the command line → config.json. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, hostPath } from "../../base/paths.ts";
import { imageBundle } from "../../image/bundle/image-bundle.ts";
import type { ReadImageFile } from "../../image/bundle/image-user.ts";
import { isVolumeName } from "../../image/bundle/volumes.ts";
import type { ImageConfig } from "../../image/format/image-config.ts";
import type { Mount, Resources, Spec } from "../../spec/types.ts";
import { defaultSpec, rootlessSpec } from "./spec-default.ts";

export interface ImageOptions {
  readonly volume: readonly string[];
  readonly memory: string | undefined;
  readonly cpuShares: number | undefined;
  readonly env: readonly string[];
  readonly user: string | undefined;
  readonly entrypoint: string | undefined;
  readonly workdir: string | undefined;
  readonly hostname: string | undefined;
  readonly readOnly: boolean;
  readonly tty: boolean;
  /** Instead of the image's Cmd. */
  readonly command: readonly string[];
}

export interface SpecRequest {
  readonly config: ImageConfig;
  readonly options: ImageOptions;
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Unless the options have one. */
  readonly hostname: string;
  /** Where volumes with a plain name are. */
  readonly volumes: HostPath;
  readonly workingDirectory: string;
  /** The caller's. */
  readonly environmentVariable: (name: string) => string | undefined;
  readonly readImageFile: ReadImageFile;
}

/** What programs of images commonly take for granted, as other engines give it to them. */
const CAPABILITIES =
  "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE"
    .split(" ")
    .map((name) => `CAP_${name}`);

export function imageSpec(request: SpecRequest): Spec {
  const { config, options, owner } = request;
  const base = owner.uid === 0 ? defaultSpec() : rootlessSpec(owner);
  const mounts = options.volume.map((text) => parseVolume(text, request));
  const { command, env, user, entrypoint, workdir, hostname = request.hostname, tty } = options;
  const spec = imageBundle(config, {
    base: { ...base, root: { path: "rootfs", readonly: options.readOnly }, hostname },
    ...(command.length === 0 ? {} : { cmd: command }),
    ...(user === undefined ? {} : { user }),
    ...(entrypoint === undefined ? {} : { entrypoint: entrypoint === "" ? [] : [entrypoint] }),
    ...(workdir === undefined ? {} : { cwd: workdir }),
    env: env.map((one) => parseVariable(one, request)),
    terminal: tty,
    mounted: mounts.map(({ destination }) => destination),
    readImageFile: request.readImageFile,
  });
  const resources = { ...spec.linux?.resources, ...limitsOf(options) };
  const sets = { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES };
  const { process } = spec;
  return {
    ...spec,
    ...(process === undefined ? {} : { process: { ...process, capabilities: sets } }),
    mounts: [...(spec.mounts ?? []), ...mounts],
    linux: { ...spec.linux, ...(Object.keys(resources).length === 0 ? {} : { resources }) },
  };
}

/** `src:dst`, `src:dst:ro` or `src:dst:rw`; a source with a slash is a path of the host, any other the name of a volume. */
function parseVolume(text: string, { volumes, workingDirectory }: SpecRequest): Mount {
  const [source = "", destination = "", mode = "rw", ...more] = text.split(":");
  const isName = isVolumeName(source);
  if (!destination.startsWith("/") || !["ro", "rw"].includes(mode) || more.length > 0 || !(isName || source.includes("/"))) {
    throw new RuntimeError("usage", `cannot use volume ${JSON.stringify(text)}: it is none`, {
      hint: "accepted are path:/destination or name:/destination, with :ro behind it or not",
    });
  }
  const path = isName ? hostPath(source, volumes) : hostPath(source, workingDirectory);
  return { destination, type: "bind", source: path, options: ["rbind", mode, "rprivate"] };
}

/** A name without a value has the caller's, and none if the caller has none. */
function parseVariable(text: string, { environmentVariable }: SpecRequest): string {
  const name = text.split("=", 1)[0] ?? "";
  if (name === "")
    throw new RuntimeError("usage", `cannot set variable ${JSON.stringify(text)}: it has no name`, { hint: "as in NAME=value" });
  return text.includes("=") ? text : `${name}=${environmentVariable(name) ?? ""}`;
}

const UNITS: Readonly<Record<string, number>> = { "": 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

function limitsOf({ memory, cpuShares }: ImageOptions): Resources {
  return {
    ...(memory === undefined ? {} : { memory: { limit: parseSize(memory) } }),
    ...(cpuShares === undefined ? {} : { cpu: { shares: cpuShares } }),
  };
}

function parseSize(text: string): number {
  const [, digits, unit = ""] = /^(\d{1,15})([bkmgt]?)$/i.exec(text) ?? [];
  const size = Number(digits) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
  if (Number.isSafeInteger(size) && size > 0) return size;
  throw new RuntimeError("usage", `cannot limit memory to ${JSON.stringify(text)}: it is no size`, {
    hint: "accepted are bytes, or numbers with k, m, g or t behind them",
  });
}
