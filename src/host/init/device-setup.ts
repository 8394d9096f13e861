/**
 * What the host has set up on a network device, and is to have again if the device comes back: all of its addresses, with what is left of their time,
 * and the routes that went with them. What cannot be given back is named in a warning.
 */
import { RuntimeError } from "../../base/errors.ts";
import {
  addAddressAgain,
  aged,
  describeAddress,
  isIpv6Address,
  listAddresses,
  type NetworkAddress,
} from "../../sys/kernel/network-address.ts";
import { bringUp, type DeviceId, type NetworkDevice } from "../../sys/kernel/network-device.ts";
import { addRouteAgain, describeRoute, listRoutesOf, type NetworkRoute } from "../../sys/kernel/network-route.ts";
import type { RouteSocket } from "../../sys/kernel/route-socket.ts";
import { monotonicMilliseconds } from "../../sys/process/clock.ts";

type Warn = (message: string) => void;

export interface DeviceSetup {
  readonly addresses: readonly NetworkAddress[];
  readonly routes: readonly NetworkRoute[];
  /** When it was read. */
  readonly time: number;
}

/** A device that is back, down and perhaps with another index, and what it was before. */
export interface Returned {
  readonly device: DeviceId;
  readonly former: NetworkDevice;
  readonly setup: DeviceSetup;
}

export function readSetup(socket: RouteSocket, index: number): DeviceSetup {
  const addresses = listAddresses(socket, index);
  return { addresses, routes: listRoutesOf(socket, index, addresses), time: monotonicMilliseconds() };
}

/** A device has to be up for its routes, and those that the kernel makes of its addresses. Routes come last: they may be about several devices. */
export function restoreSetups(socket: RouteSocket, devices: readonly Returned[], warn: Warn): void {
  for (const { device, former, setup } of devices) {
    const failure = former.isUp ? failureOf(() => bringUp(socket, device)) : undefined;
    if (failure !== undefined) warn(`network device ${device.name} comes back down: ${failure}`);
    restoreAddresses(socket, device, setup, warn);
  }
  restoreRoutes(socket, devices, warn);
}

function restoreAddresses(socket: RouteSocket, device: DeviceId, { addresses, time }: DeviceSetup, warn: Warn): void {
  for (const was of inGivingOrder(addresses)) {
    const address = aged(was, secondsSince(time));
    if (address === undefined) continue;
    const failure = failureOf(() => addAddressAgain(socket, device, address));
    if (failure !== undefined) warn(`network device ${device.name} comes back without address ${describeAddress(address)}: ${failure}`);
  }
}

/** The kernel puts an IPv6 address before those that the device has, and one of IPv4 behind them. */
function inGivingOrder(addresses: readonly NetworkAddress[]): readonly NetworkAddress[] {
  return [...addresses.filter((one) => !isIpv6Address(one)), ...addresses.filter(isIpv6Address).reverse()];
}

/** A gateway has to be reachable before there is a route through it: what fails is tried again as long as another one succeeds. */
function restoreRoutes(socket: RouteSocket, devices: readonly Returned[], warn: Warn): void {
  const indices = new Map(devices.map(({ device, former }) => [former.index, device.index]));
  let left = devices.flatMap(({ device, setup }) => setup.routes.map((route) => ({ device, route, time: setup.time })));
  for (let count = Number.POSITIVE_INFINITY; left.length < count; ) {
    count = left.length;
    left = left.filter(({ route, time }) => failureToAdd(socket, route, time, indices) !== undefined);
  }
  for (const { device, route, time } of left) {
    const failure = failureToAdd(socket, route, time, indices);
    if (failure !== undefined) warn(`network device ${device.name} comes back without route ${describeRoute(route)}: ${failure}`);
  }
}

function failureToAdd(socket: RouteSocket, route: NetworkRoute, time: number, indices: ReadonlyMap<number, number>): string | undefined {
  if (route.nexthop !== undefined) return `nexthop object ${route.nexthop} went with the device`;
  return failureOf(() => addRouteAgain(socket, route, secondsSince(time), indices));
}

/** What is there, because the kernel has made it of itself, is no failure. */
function failureOf(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    return error.detail.errno === "EEXIST" ? undefined : error.message;
  }
}

function secondsSince(time: number): number {
  return Math.floor((monotonicMilliseconds() - time) / 1000);
}
