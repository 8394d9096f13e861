/** Trees of layers, for drivers that mount none: the layers are opened, and whoever knows how to copy them is called. */
import type { HostPath } from "../../base/paths.ts";
import type { HostStep } from "../../plan/steps/host-step.ts";
import { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { effectiveUid, ownPid } from "../../sys/call/own-ids.ts";
import { OPEN, tryOpen } from "../../sys/file/file.ts";
import { enterOwnUserNamespace } from "../../sys/process/own-user-namespace.ts";
import { type Work, workBeside } from "../../sys/process/worker.ts";
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
    const make = (warn: (message: string) => void): void => this.#required().make({ ...request, layers: this.#opened(), warn });
    askedFor({ pointer }, () => (effectiveUid() === 0 ? make(this.#warn) : makeBeside(make).forEach(this.#warn)));
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

/** A layer may have files that a user may not read, as long as he has no user namespace; ours stays what it is. Returns the warnings. */
function makeBeside(make: (warn: (message: string) => void) => void): string[] {
  const us = ownPid();
  const work = workBeside("copy the layers", function* (): Work<string[]> {
    if (ownPid() !== us) enterOwnUserNamespace();
    const warnings: string[] = [];
    make((message) => void warnings.push(message));
    return warnings;
  });
  for (;;) {
    const { value, done } = work.next();
    if (done) return value;
  }
}
