/** Network devices of a namespace, and their addresses: listing them, moving them to another namespace, bringing them up. rtnetlink(7). */
import { type Bytes, i32, put32, u32 } from "../../base/bytes.ts";
import { decodeText } from "../../base/text.ts";
import type { Fd } from "../call/fd.ts";
import { type Attributes, name, parseAttributes, type RouteSocket, withAttributes, word } from "./route-socket.ts";

const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const RTM_NEWADDR = 20;
const RTM_GETADDR = 22;
const NLM_F_CREATE = 0x400;
const NLM_F_EXCL = 0x200;

/** struct ifinfomsg, struct ifaddrmsg */
const LINK_SIZE = 16;
const ADDRESS_SIZE = 8;

const IFLA_IFNAME = 3;
const IFLA_NET_NS_FD = 28;
const IFLA_NEW_IFINDEX = 49;
const IFF_UP = 1;

const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_BROADCAST = 4;
const IFA_FLAGS = 8;
const IFA_RT_PRIORITY = 9;
const IFA_PROTO = 11;
const IFA_F_PERMANENT = 0x80;
/** NODAD, HOMEADDRESS, MANAGETEMPADDR, NOPREFIXROUTE, MCAUTOJOIN: what somebody asked for, and not what became of it. */
const ASKED_FLAGS = 0x02 | 0x10 | 0x100 | 0x200 | 0x400;
const RT_SCOPE_UNIVERSE = 0;

export interface NetworkDevice {
  readonly index: number;
  readonly name: string;
  readonly isUp: boolean;
}

/** An address of a device, as the kernel would take it again. */
export interface NetworkAddress {
  readonly family: number;
  readonly prefixLength: number;
  readonly flags: number;
  readonly attributes: Attributes;
}

export function listDevices(socket: RouteSocket): readonly NetworkDevice[] {
  return socket.list({ type: RTM_GETLINK, body: new Uint8Array(LINK_SIZE) }, "list the network devices").map((body) => ({
    index: i32(body, 4),
    name: decodeText(parseAttributes(body, LINK_SIZE).get(IFLA_IFNAME) ?? new Uint8Array()).replace(/\0.*$/s, ""),
    isUp: (u32(body, 8) & IFF_UP) !== 0,
  }));
}

/** The permanent ones of global scope, which somebody has given to the device. In the kernel's order, in which they can be given again. */
export function listAddresses(socket: RouteSocket, index: number): readonly NetworkAddress[] {
  const bodies = socket.list({ type: RTM_GETADDR, body: new Uint8Array(ADDRESS_SIZE) }, "list the addresses of network devices");
  return bodies.flatMap((body): NetworkAddress[] => {
    const all = parseAttributes(body, ADDRESS_SIZE);
    const own = all.get(IFA_FLAGS);
    const flags = own === undefined ? (body[2] ?? 0) : u32(own, 0);
    if (u32(body, 4) !== index || (flags & IFA_F_PERMANENT) === 0 || body[3] !== RT_SCOPE_UNIVERSE) return [];
    const kept = [IFA_LOCAL, IFA_ADDRESS, IFA_BROADCAST, IFA_RT_PRIORITY, IFA_PROTO].flatMap((number): [number, Uint8Array][] => {
      const value = all.get(number);
      return value === undefined ? [] : [[number, value]];
    });
    return [{ family: body[0] ?? 0, prefixLength: body[1] ?? 0, flags: flags & ASKED_FLAGS, attributes: new Map(kept) }];
  });
}

export interface DeviceMove {
  readonly namespace: Fd;
  /** With `%d` in it the kernel chooses the number. */
  readonly name: string;
  /** There; free, or the kernel refuses. Before Linux 5.13 it keeps the one that the device has, if that is free. */
  readonly index: number;
}

/** The device goes down, and loses its addresses. */
export function moveDevice(socket: RouteSocket, device: NetworkDevice, to: DeviceMove): void {
  const attributes = new Map([
    [IFLA_NET_NS_FD, word(to.namespace.number)],
    [IFLA_IFNAME, name(to.name)],
    [IFLA_NEW_IFINDEX, word(to.index)],
  ]);
  socket.change({ type: RTM_NEWLINK, body: withAttributes(linkHead(device.index), attributes) }, `move network device ${device.name}`);
}

export function bringUp(socket: RouteSocket, { index, name: text }: Pick<NetworkDevice, "index" | "name">): void {
  const body = linkHead(index);
  put32(body, 8, IFF_UP);
  put32(body, 12, IFF_UP);
  socket.change({ type: RTM_NEWLINK, body }, `bring up network device ${text}`);
}

export function addAddress(
  socket: RouteSocket,
  { index, name: text }: Pick<NetworkDevice, "index" | "name">,
  address: NetworkAddress,
): void {
  const head = new Uint8Array(ADDRESS_SIZE);
  head[0] = address.family;
  head[1] = address.prefixLength;
  head[2] = address.flags & 0xff;
  head[3] = RT_SCOPE_UNIVERSE;
  put32(head, 4, index);
  const attributes = new Map([...address.attributes, [IFA_FLAGS, word(address.flags)]]);
  const body = withAttributes(head, attributes);
  socket.change({ type: RTM_NEWADDR, flags: NLM_F_CREATE | NLM_F_EXCL, body }, `give network device ${text} its address`);
}

function linkHead(index: number): Bytes {
  const head = new Uint8Array(LINK_SIZE);
  put32(head, 4, index);
  return head;
}
