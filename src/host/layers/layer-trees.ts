/** Trees of layers, for drivers that mount none: the layers are opened, and whoever knows how to copy them is called. */
import type { HostPath } from "../../base/paths.ts";
import type { HostStep } from "../../plan/steps/host-step.ts";
import { Fd } from "../../sys/fd.ts";
import { OPEN, tryOpen } from "../../sys/file.ts";
import { check } from "../../sys/libc.ts";
import type { TreeMaker } from "../context.ts";
import { askedFor } from "./writable-layer.ts";

type Step<Op extends HostStep["op"]> = Extract<HostStep, { readonly op: Op }>;

export class LayerTrees implements Disposable {
  readonly #maker: TreeMaker | undefined;
  readonly #warn: (message: string) => void;
  /** The top first. */
  readonly #layers: { readonly path: HostPath; readonly fd: Fd }[] = [];

  /** Without a maker none can be made, which a plan of a driver that mounts the layers does not ask for. */
  constructor(maker: TreeMaker | undefined, warn: (message: string) => void) {
    this.#maker = maker;
    this.#warn = warn;
  }

  open({ path }: Step<"openLayer">, pointer: string): void {
    const hint = "a layer is a directory, absolute or relative to the bundle";
    askedFor({ pointer, hint }, () => {
      const fd = new Fd(check(tryOpen(path, OPEN.path | OPEN.directory), "open(2)", `use layer ${path}`));
      this.#layers.push({ path, fd });
    });
  }

  make({ op: _, ...request }: Step<"makeTree">, pointer: string): void {
    askedFor({ pointer }, () => this.#required().make({ ...request, layers: this.#opened(), warn: this.#warn }));
  }

  snapshot({ op: _, ...request }: Step<"snapshotTree">, pointer: string): void {
    askedFor({ pointer }, () => this.#required().snapshot({ ...request, layers: this.#opened(), isVolatile: false }));
  }

  #opened(): { readonly path: HostPath; readonly fd: number }[] {
    return this.#layers.map(({ path, fd }) => ({ path, fd: fd.number }));
  }

  #required(): TreeMaker {
    if (this.#maker === undefined) throw new Error("the plan makes a tree of layers, and nobody who can was loaded");
    return this.#maker;
  }

  [Symbol.dispose](): void {
    for (const { fd } of this.#layers.splice(0)) fd.close();
  }
}
