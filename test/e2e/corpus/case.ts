/** A bundle of the corpus. The corpus is data: differential.test.ts runs it. */
import type { Recipe } from "../../support/bundle.ts";
import type { JsonObject } from "../../support/json.ts";
import type { Need } from "../../support/requires.ts";

export interface Case extends Recipe {
  /** What is the same under every runtime, as a sentence that starts with conformance numbers in brackets. */
  readonly title: string;
  /** Text typed into the container. */
  readonly stdin?: string;
  /** Files of the host directory that are part of the visible result; those ending in .log are written by `probe hook`. */
  readonly reads?: readonly string[];
  /** What the kernel and the machine must offer; root is always needed. */
  readonly needs?: readonly Need[];
  /** Absent where runc and crun agree. */
  readonly follow?: Follow;
}

/** Which of two disagreeing peers is right, why, and exactly what the other one shows instead. */
export type Follow =
  | {
      readonly as: "runc" | "crun";
      readonly because: string;
      readonly differs: readonly string[];
      /** Their differences on a machine whose temporary directory is a separate file system. */
      readonly elsewhere?: readonly string[];
      /** The other one shows something else now and then: it is asked until it differs as is said here. */
      readonly wavers?: true;
    }
  | { readonly as: "specification"; readonly because: string; readonly shows: Shown };

/** The visible result. Paths of the test are `@HOST@`, `@BUNDLE@` and `@ID@` in it. */
export interface Shown {
  readonly exitCode: number;
  readonly lines: readonly string[];
}

/** Of a bundle that a runtime refuses before anything runs, though runc and crun do not. */
export function refused(because: string): Pick<Case, "follow" | "args"> {
  return { follow: { as: "specification", because, shows: { exitCode: 1, lines: [] } }, args: ["/probe", "say", "never"] };
}

/** `linux.namespaces` with these, all new. */
export function namespaces(...types: readonly string[]): readonly JsonObject[] {
  return types.map((type) => ({ type }));
}

/** The namespaces of the default config, plus `more`. */
export function defaultNamespaces(...more: readonly string[]): readonly JsonObject[] {
  return namespaces("pid", "network", "ipc", "uts", "mount", ...more);
}
