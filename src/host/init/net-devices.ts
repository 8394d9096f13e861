/**
 * Moves network devices of the host to the container, each with the addresses that it was given. What was moved for a container that then
 * fails to start is given back: with its network namespace a virtual device would end, and a real one come back without them. Not from a namespace
 * in which others live: what has its index there may be anything that they put in its place.
 */
import { RuntimeError } from "../../base/errors.ts";
import type { HostStep } from "../../plan/steps/host-step.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import {
  addAddress,
  bringUp,
  listAddresses,
  listDevices,
  moveDevice,
  type NetworkAddress,
  type NetworkDevice,
} from "../../sys/kernel/network-device.ts";
import { RouteSocket } from "../../sys/kernel/route-socket.ts";

type MoveStep = Extract<HostStep, { readonly op: "moveNetDevice" }>;

/** A network namespace, and a socket in it. */
interface Side {
  readonly namespace: Fd;
  readonly socket: RouteSocket;
}

/** A device as it was on the host, and its index in the container. */
interface Moved {
  readonly device: NetworkDevice;
  readonly addresses: readonly NetworkAddress[];
  readonly index: number;
  readonly isShared: boolean;
}

export class NetDevices implements Disposable {
  readonly #stack = new DisposableStack();
  readonly #host: Side;
  readonly #container: Side;
  readonly #moved: Moved[] = [];

  /** `pid` is in the container's network namespace. */
  constructor(pid: number) {
    const side = (owner: string, open: (namespace: Fd) => RouteSocket): Side => {
      const namespace = this.#stack.use(openFile(`/proc/${owner}/ns/net`, OPEN.read));
      return { namespace, socket: this.#stack.use(open(namespace)) };
    };
    this.#host = side("self", () => RouteSocket.open());
    this.#container = side(String(pid), (namespace) => RouteSocket.openIn(namespace));
  }

  /** Throws before anything is moved if there is no such device, or one of that name there. */
  move({ device: wanted, name, isShared }: MoveStep, origin: string): void {
    const devices = listDevices(this.#host.socket);
    const device = devices.find((one) => one.name === wanted);
    if (device === undefined) throw failure(`cannot move network device ${wanted}: the host has none of that name`, origin, {});
    const there = listDevices(this.#container.socket);
    if (there.some((one) => one.name === name)) {
      const hint = "give it another name, or one that ends with %d, for which the kernel chooses a number";
      throw failure(`cannot move network device ${wanted}: the container has one already that is called ${name}`, origin, {
        errno: "EEXIST",
        hint,
      });
    }
    const addresses = listAddresses(this.#host.socket, device.index);
    const moved: Moved = { device, addresses, index: freeIndex(device.index, there), isShared };
    this.#moved.push(moved);
    try {
      carry({ ...moved, index: device.index }, this.#host, this.#container, { index: moved.index, name, isUp: true });
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      const isAllowed = error.detail.errno !== "EPERM";
      throw failure(error.message, origin, {
        ...error.detail,
        hint: isAllowed
          ? "some kinds of devices cannot leave their network namespace: see ip-link(8)"
          : "it takes CAP_NET_ADMIN over the host's network",
      });
    }
  }

  /** Of a container that has not started. */
  giveBack(warn: (message: string) => void): void {
    for (const moved of this.#moved.splice(0).reverse()) {
      try {
        const { name, index, isUp } = moved.device;
        if (moved.isShared) {
          const isHere = listDevices(this.#host.socket).some((one) => one.index === index && one.name === name);
          if (!isHere)
            warn(
              `network device ${name} stays in the network namespace that the container was to join: others there may have exchanged it`,
            );
          continue;
        }
        const now = listDevices(this.#container.socket).find((one) => one.index === moved.index);
        if (now === undefined) continue; // it never went
        carry({ ...moved, device: now }, this.#container, this.#host, {
          name,
          index: freeIndex(index, listDevices(this.#host.socket)),
          isUp,
        });
      } catch (error) {
        if (!(error instanceof RuntimeError)) throw error;
        warn(`network device ${moved.device.name} stays with the container that failed: ${error.message}`);
      }
    }
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

function carry({ device, addresses, index }: Moved, from: Side, to: Side, as: NetworkDevice): void {
  moveDevice(from.socket, { ...device, index }, { namespace: to.namespace, name: as.name, index: as.index });
  for (const address of addresses) addAddress(to.socket, as, address);
  if (as.isUp) bringUp(to.socket, as);
}

function failure(message: string, pointer: string, detail: RuntimeError["detail"]): RuntimeError {
  return new RuntimeError("kernel", message, { ...detail, pointer });
}
