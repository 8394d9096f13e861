/** The record of a container that is being made: what has to be undone first, and then which process it is. */
import { RuntimeError } from "../base/errors.ts";
import type { HostPath } from "../base/paths.ts";
import type { Replacement } from "../sys/file/replace-file.ts";
import { readEndedRun } from "./ended-run.ts";
import { exitFileOf } from "./last-run.ts";
import type { StateRecord } from "./record.ts";
import { draftRecord, writeRecord } from "./record-file.ts";

type Init = Pick<StateRecord, "pid" | "startTime">;

export class GrowingRecord implements Disposable {
  readonly #directory: HostPath;
  #written: StateRecord | undefined;
  #draft: { readonly record: StateRecord; readonly file: Replacement } | undefined;

  constructor(directory: HostPath) {
    this.#directory = directory;
  }

  /** What readers find; undefined before `begin`. */
  get written(): StateRecord | undefined {
    return this.#written;
  }

  get now(): StateRecord {
    if (this.#written !== undefined) return this.#written;
    throw new RuntimeError("integrity", "there is no record yet", { hint: "this is a bug in lamina" });
  }

  /** A failure may leave it written: what it says is to be undone in any case. */
  begin(record: StateRecord): void {
    this.#written = record;
    writeRecord(this.#directory, record);
  }

  /** There is more to be undone. */
  add(change: Pick<StateRecord, "hostRoot" | "placedRoot">): void {
    const init = this.#draft?.record;
    this.begin({ ...this.now, ...change });
    if (init !== undefined) this.#newDraft(init);
  }

  /** Writes beside the record what it becomes if `init` is the container's, so that little is left to do when that is ready. */
  draft(init: Init): void {
    this.#newDraft(init);
  }

  finish(init: Init): void {
    const { record, file } = this.#draft?.record.pid === init.pid ? this.#draft : this.#newDraft(init);
    file.putInPlace();
    this.#written = record;
  }

  #newDraft({ pid, startTime }: Init): { readonly record: StateRecord; readonly file: Replacement } {
    this[Symbol.dispose]();
    const first = this.now;
    const previousRun = first.upper && readEndedRun(exitFileOf(first.upper));
    const record = { ...first, pid, startTime, ...(previousRun === undefined ? {} : { previousRun }) };
    const draft = { record, file: draftRecord(this.#directory, record) };
    this.#draft = draft;
    return draft;
  }

  [Symbol.dispose](): void {
    this.#draft?.file[Symbol.dispose]();
    this.#draft = undefined;
  }
}
