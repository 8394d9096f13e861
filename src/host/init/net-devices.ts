/**
 * Moves network devices of the host to the container, each with the addresses that it was given. What was moved for a container that then
 * fails to start is given back: with its network namespace a virtual device would end, and a real one come back without its addresses. Not from a
 * namespace in which others live: what has its index there may be anything that they put in its place.
 */
import { RuntimeError } from "../../base/errors.ts";
import type { MoveStep } from "../../plan/namespaces/net-devices.ts";
import type { Planned } from "../../plan/steps/step.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { addAddress, lastingAddresses } from "../../sys/kernel/network-address.ts";
import { bringUp, type DeviceId, listDevices, moveDevice, type NetworkDevice } from "../../sys/kernel/network-device.ts";
import { RouteSocket } from "../../sys/kernel/route-socket.ts";
import { NAME_HINT, requireDevice, requireMovable } from "./device-names.ts";
import { type DeviceSetup, type Returned, readSetup, restoreSetups } from "./device-setup.ts";

/** A network namespace, and a socket in it. */
interface Side {
  readonly namespace: Fd;
  readonly socket: RouteSocket;
}

/** A device as it was on the host, and its index in the container. */
interface Moved {
  readonly device: NetworkDevice;
  readonly setup: DeviceSetup;
  readonly index: number;
  readonly isShared: boolean;
}

export class NetDevices implements Disposable {
  readonly #stack = new DisposableStack();
  readonly #host: Side;
  readonly #container: Side;
  readonly #moved: Moved[] = [];

  /** `pid` is in the container's network namespace, and gets the devices of all of `steps`. Throws if it is known that one of them cannot go there. */
  constructor(pid: number, steps: readonly Planned<MoveStep>[]) {
    const side = (owner: string, open: (namespace: Fd) => RouteSocket): Side => {
      const namespace = this.#stack.use(openFile(`/proc/${owner}/ns/net`, OPEN.read));
      return { namespace, socket: this.#stack.use(open(namespace)) };
    };
    try {
      this.#host = side("self", () => RouteSocket.open());
      this.#container = side(String(pid), (namespace) => RouteSocket.openIn(namespace));
      requireMovable(steps, listDevices(this.#host.socket), listDevices(this.#container.socket));
    } catch (error) {
      this.#stack.dispose();
      throw error;
    }
  }

  move({ device: wanted, name, isShared }: MoveStep, origin: string): void {
    const device = requireDevice(wanted, listDevices(this.#host.socket), origin);
    const setup = readSetup(this.#host.socket, device.index);
    const moved: Moved = { device, setup, index: freeIndex(device.index, listDevices(this.#container.socket)), isShared };
    const there: DeviceId = { index: moved.index, name };
    this.#moved.push(moved);
    try {
      moveDevice(this.#host.socket, device, { namespace: this.#container.namespace, ...there });
    } catch (error) {
      throw failure(error, origin, (errno) => this.#whyNotMoved(moved, errno));
    }
    try {
      for (const address of lastingAddresses(setup.addresses)) addAddress(this.#container.socket, there, address);
      bringUp(this.#container.socket, there);
    } catch (error) {
      throw failure(error, origin, () => undefined);
    }
  }

  /** The kernel moves a device first, and then gives it its name. */
  #whyNotMoved({ index }: Moved, errno: string): string {
    const isThere = listDevices(this.#container.socket).some((one) => one.index === index);
    return isThere || errno === "EEXIST" ? NAME_HINT : "some kinds of devices cannot leave their network namespace: see ip-link(8)";
  }

  /** Of a container that has not started. */
  giveBack(warn: (message: string) => void): void {
    const returned = this.#moved
      .splice(0)
      .reverse()
      .flatMap((moved): Returned[] => {
        const { device } = moved;
        try {
          if (moved.isShared) this.#requireHere(device, warn);
          const back = moved.isShared ? undefined : this.#takeBack(moved);
          return back === undefined ? [] : [{ device: back, former: device, setup: moved.setup }];
        } catch (error) {
          if (!(error instanceof RuntimeError)) throw error;
          warn(`network device ${device.name} stays with the container that failed: ${error.message}`);
          return [];
        }
      });
    restoreSetups(this.#host.socket, returned.reverse(), warn);
  }

  #requireHere({ index, name }: NetworkDevice, warn: (message: string) => void): void {
    if (listDevices(this.#host.socket).some((one) => one.index === index && one.name === name)) return;
    warn(`network device ${name} stays in the network namespace that the container was to join: others there may have exchanged it`);
  }

  /** As it is on the host again; undefined if it never went. */
  #takeBack({ device, index }: Moved): DeviceId | undefined {
    const now = listDevices(this.#container.socket).find((one) => one.index === index);
    if (now === undefined) return undefined;
    const back = { name: device.name, index: freeIndex(device.index, listDevices(this.#host.socket)) };
    moveDevice(this.#container.socket, now, { namespace: this.#host.namespace, ...back });
    return back;
  }

  [Symbol.dispose](): void {
    this.#stack.dispose();
  }
}

/** The device's own index if nobody has it there. */
function freeIndex(wanted: number, there: readonly NetworkDevice[]): number {
  const taken = there.map(({ index }) => index);
  return taken.includes(wanted) ? taken.reduce((most, index) => Math.max(most, index), wanted) + 1 : wanted;
}

/** An error of the kernel's, with what was asked for, and a hint. */
function failure(error: unknown, pointer: string, hintFor: (errno: string) => string | undefined): unknown {
  if (!(error instanceof RuntimeError)) return error;
  const { errno = "" } = error.detail;
  const hint = errno === "EPERM" ? "it takes CAP_NET_ADMIN over the host's network" : hintFor(errno);
  return new RuntimeError("kernel", error.message, { ...error.detail, pointer, ...(hint === undefined ? {} : { hint }) });
}
