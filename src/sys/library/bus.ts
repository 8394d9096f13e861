/** A connection to a message bus of D-Bus. sd_bus_open_system(3), sd_bus_call(3), sd_bus_process(3), sd_bus_wait(3) */
import type { BusValue } from "../../base/bus-value.ts";
import { u64 } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { readText } from "../../engine/memory.ts";
import { ERRNO } from "../call/errno.ts";
import { strerror } from "../call/errno-words.ts";
import { monotonicMilliseconds } from "../process/clock.ts";
import { appendValue, Message } from "./bus-message.ts";
import { libsystemd } from "./libsystemd.ts";

export interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly name: string;
  readonly member: string;
  readonly args: readonly BusValue[];
}

/** What the other side answers instead of a result. */
export class BusFailure {
  /** Such as `org.freedesktop.systemd1.UnitExists`. */
  readonly name: string;
  readonly message: string;

  constructor(name: string, message: string) {
    this.name = name;
    this.message = message;
  }
}

const MICROSECONDS = 1000n; // in a millisecond

export class Bus implements Disposable {
  readonly #address: number;

  private constructor(address: number) {
    this.#address = address;
  }

  /** The machine's, or the session's: by DBUS_SESSION_BUS_ADDRESS, or else in XDG_RUNTIME_DIR. Minus errno if there is none. */
  static open(whose: "system" | "user"): Bus | number {
    const library = libsystemd();
    const out = new Uint8Array(8);
    const result = whose === "system" ? library.openSystem(out) : library.openUser(out);
    return result < 0 ? result : new Bus(u64(out, 0));
  }

  /** What we are called on the bus. sd_bus_get_unique_name(3) */
  ownName(): string {
    const out = new Uint8Array(8);
    this.#requireDone(libsystemd().uniqueName(this.#address, out));
    return readText(u64(out, 0));
  }

  /** What `read` makes of the answer. */
  call<T>(call: BusCall, milliseconds: number, read: (answer: Message) => T): T | BusFailure {
    const { destination, path, name, member, args } = call;
    const out = new Uint8Array(8);
    const library = libsystemd();
    this.#requireDone(library.newCall(this.#address, out, destination, path, name, member));
    using message = new Message(u64(out, 0));
    for (const arg of args) appendValue(message.address, arg);
    const error = new Uint8Array(24); // struct sd_bus_error
    out.fill(0);
    const result = library.call(this.#address, message.address, BigInt(milliseconds) * MICROSECONDS, error, out);
    if (result < 0) return failureOf(error, result);
    using answer = new Message(u64(out, 0));
    return read(answer);
  }

  /** Takes what comes until `take` finds what it looks for; undefined if that has not come after `milliseconds`. */
  await<T>(milliseconds: number, take: (message: Message) => T | undefined): T | undefined {
    const end = monotonicMilliseconds() + milliseconds;
    for (;;) {
      const found = this.#process(take);
      if (found === "nothing") {
        const left = end - monotonicMilliseconds();
        if (left <= 0) return undefined;
        this.#wait(Math.ceil(left));
      } else if (found !== undefined) return found.taken;
    }
  }

  /** Undefined if something was done that is not what `take` looks for. */
  #process<T>(take: (message: Message) => T | undefined): { readonly taken: T } | "nothing" | undefined {
    const out = new Uint8Array(8);
    const result = libsystemd().process(this.#address, out);
    this.#requireDone(result);
    if (result === 0) return "nothing";
    if (u64(out, 0) === 0) return undefined;
    using message = new Message(u64(out, 0));
    const taken = take(message);
    return taken === undefined ? undefined : { taken };
  }

  #wait(milliseconds: number): void {
    const result = libsystemd().wait(this.#address, BigInt(milliseconds) * MICROSECONDS);
    if (result !== -ERRNO.EINTR) this.#requireDone(result);
  }

  #requireDone(result: number): void {
    if (result < 0) throw new RuntimeError("kernel", `cannot talk to systemd: ${strerror(-result)}`, { call: "sd_bus_process(3)" });
  }

  [Symbol.dispose](): void {
    libsystemd().close(this.#address);
  }
}

/** struct sd_bus_error: two pointers to text. */
function failureOf(error: Uint8Array, result: number): BusFailure {
  const text = (at: number, other: string): string => (u64(error, at) === 0 ? other : readText(u64(error, at)));
  const failure = new BusFailure(text(0, ""), text(8, strerror(-result)));
  libsystemd().freeError(error);
  return failure;
}
