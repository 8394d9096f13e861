/** What a check of a bundle is: it looks at the host, changes nothing, and returns what is wrong as data. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import type { Spec } from "../../spec/types.ts";
import { type FileStatus, statIfThere } from "../../sys/file/file.ts";
import type { Wishes } from "../facts/facts.ts";

export interface Finding {
  /** `error`: the container cannot be started as it is asked for. `warning`: it may differ from what is meant. */
  readonly severity: "error" | "warning";
  /** JSON pointer of the value in config.json; "" = no value in particular. */
  readonly pointer: string;
  readonly problem: string;
  readonly hint?: string;
}

/** Who would start the container, and where. */
export interface CheckHost {
  readonly bundle: HostPath;
  readonly uid: number;
  readonly gid: number;
  /** Not root, or root in a user namespace only. */
  readonly rootless: boolean;
  /** Our effective capabilities, one bit each. */
  readonly capabilities: bigint;
  readonly wishes: Wishes;
}

/** The spec is valid as far as it can be read: it throws `Refused` where the schema refused it. */
export type HostCheck = (spec: Spec, host: CheckHost) => readonly Finding[];

export type Look = FileStatus | "missing" | { readonly reason: string };

/** What stands at a path of the host; the reason as text, if it cannot be told. */
export function lookAt(path: string, follow = true): Look {
  try {
    return statIfThere(path, follow) ?? "missing";
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    return { reason: error.message };
  }
}

export function hasCapability({ capabilities }: CheckHost, number: number): boolean {
  return ((capabilities >> BigInt(number)) & 1n) === 1n;
}

/** True if the container gets a user namespace of its own, in which init has every capability. */
export function makesUserNamespace(spec: Spec): boolean {
  return (spec.linux?.namespaces ?? []).some(({ type, path = "" }) => type === "user" && path === "");
}
