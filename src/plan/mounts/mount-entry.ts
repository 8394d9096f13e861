/** An entry of config.json `mounts`, the context it is planned in, and the steps it becomes. Types only. */
import type { HostPath } from "../../base/paths.ts";
import type { Mount, Spec } from "../../spec/types.ts";
import type { Facts } from "../facts.ts";
import type { Namespaces } from "../namespaces/namespaces.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import type { MountOptions } from "./mount-options.ts";

export interface MountContext {
  readonly spec: Spec;
  readonly facts: Facts;
  readonly namespaces: Namespaces;
  readonly cgroupPaths: Readonly<Record<string, HostPath>>;
}

/** An entry of `mounts`, read once. */
export interface MountEntry {
  readonly mount: Mount;
  readonly options: MountOptions;
  readonly origin: string;
}

/** The steps of one entry. */
export interface MountSteps {
  readonly steps: readonly Planned<InitStep>[];
  readonly last?: readonly Planned<InitStep>[];
}
