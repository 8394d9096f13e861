/** Network devices of a namespace: listing them, moving them to another namespace, bringing them up. rtnetlink(7). */
import { type Bytes, i32, put32, u32 } from "../../base/bytes.ts";
import { decodeText } from "../../base/text.ts";
import type { Fd } from "../call/fd.ts";
import { attributesIn, name, parseAttributes, type RouteSocket, withAttributes, word } from "./route-socket.ts";

const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;

/** struct ifinfomsg */
const LINK_SIZE = 16;

const IFLA_IFNAME = 3;
const IFLA_NET_NS_FD = 28;
const IFLA_NEW_IFINDEX = 49;
const IFLA_PROP_LIST = 52;
const IFLA_ALT_IFNAME = 53;
const IFLA_NETNS_IMMUTABLE = 67;
const IFF_UP = 1;
const IFF_LOOPBACK = 8;

/** What tells a device from others, in a request and in an error. */
export interface DeviceId {
  readonly index: number;
  readonly name: string;
}

export interface NetworkDevice extends DeviceId {
  /** Others that it is known by, which go with it wherever it goes. */
  readonly otherNames: readonly string[];
  readonly isUp: boolean;
  /** It cannot leave its network namespace: of devices other than loopback, Linux 6.15 and newer say so. */
  readonly isFixed: boolean;
}

export function listDevices(socket: RouteSocket): readonly NetworkDevice[] {
  return socket.list({ type: RTM_GETLINK, body: new Uint8Array(LINK_SIZE) }, "list the network devices").map((body) => {
    const attributes = parseAttributes(body, LINK_SIZE);
    const properties = [...attributesIn(attributes.get(IFLA_PROP_LIST) ?? new Uint8Array(), 0)];
    const flags = u32(body, 8);
    return {
      index: i32(body, 4),
      name: textOf(attributes.get(IFLA_IFNAME)),
      otherNames: properties.flatMap(([number, value]) => (number === IFLA_ALT_IFNAME ? [textOf(value)] : [])),
      isUp: (flags & IFF_UP) !== 0,
      isFixed: (flags & IFF_LOOPBACK) !== 0 || (attributes.get(IFLA_NETNS_IMMUTABLE)?.[0] ?? 0) !== 0,
    };
  });
}

function textOf(value: Uint8Array = new Uint8Array()): string {
  return decodeText(value).replace(/\0.*$/s, "");
}

export interface DeviceMove {
  readonly namespace: Fd;
  /** With `%d` in it the kernel chooses the number. */
  readonly name: string;
  /** There; free, or the kernel refuses. Before Linux 5.13 it keeps the one that the device has, if that is free. */
  readonly index: number;
}

/** The device goes down, and loses its addresses and routes. If the kernel does not take the name, it goes with the one that it has. */
export function moveDevice(socket: RouteSocket, device: DeviceId, to: DeviceMove): void {
  const attributes = new Map([
    [IFLA_NET_NS_FD, word(to.namespace.number)],
    [IFLA_IFNAME, name(to.name)],
    [IFLA_NEW_IFINDEX, word(to.index)],
  ]);
  socket.change({ type: RTM_NEWLINK, body: withAttributes(linkHead(device.index), attributes) }, `move network device ${device.name}`);
}

export function bringUp(socket: RouteSocket, { index, name: text }: DeviceId): void {
  const body = linkHead(index);
  put32(body, 8, IFF_UP);
  put32(body, 12, IFF_UP);
  socket.change({ type: RTM_NEWLINK, body }, `bring up network device ${text}`);
}

function linkHead(index: number): Bytes {
  const head = new Uint8Array(LINK_SIZE);
  put32(head, 4, index);
  return head;
}
