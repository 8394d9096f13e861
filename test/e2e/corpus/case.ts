/** What a bundle of the corpus is made of. The corpus is data: differential.test.ts runs it. */
import type { Recipe } from "../../support/bundle.ts";
import type { JsonObject } from "../../support/json.ts";
import type { Need } from "../../support/requires.ts";

export interface Case extends Recipe {
  /** What is the same under every runtime, as a sentence. Conformance numbers come first, in brackets. */
  readonly title: string;
  /** Text typed into the container. */
  readonly stdin?: string;
  /** Files of the host directory that are part of the visible result; those ending in .log are written by `probe hook`. */
  readonly reads?: readonly string[];
  /** What the kernel and the machine have to offer; root is always needed. */
  readonly needs?: readonly Need[];
  /** Absent where runc and crun agree. */
  readonly follow?: Follow;
}

/** Which of two peers that disagree is right, why, and what exactly the other one shows instead. */
export type Follow =
  | {
      readonly as: "runc" | "crun";
      readonly because: string;
      readonly differs: readonly string[];
      /** What they differ in on a machine whose temporary directory is a file system of its own. */
      readonly elsewhere?: readonly string[];
    }
  | { readonly as: "specification"; readonly because: string; readonly shows: Shown };

/** The visible result. Paths of the test are `@HOST@`, `@BUNDLE@` and `@ID@` in it. */
export interface Shown {
  readonly exitCode: number;
  readonly lines: readonly string[];
}

/** `linux.namespaces` with these, all new. */
export function namespaces(...types: readonly string[]): readonly JsonObject[] {
  return types.map((type) => ({ type }));
}

/** The namespaces of the default config, plus `more`. */
export function defaultNamespaces(...more: readonly string[]): readonly JsonObject[] {
  return namespaces("pid", "network", "ipc", "uts", "mount", ...more);
}
