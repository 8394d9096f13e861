/** Addresses of network devices: listing them, and giving them to a device again. rtnetlink(7). */
import { put32, u32 } from "../../base/bytes.ts";
import { describeIp } from "./ip-text.ts";
import type { DeviceId } from "./network-device.ts";
import { AF_INET6, type Attributes, NLM_F_CREATE, parseAttributes, pick, type RouteSocket, withAttributes, word } from "./route-socket.ts";

const RTM_NEWADDR = 20;
const RTM_GETADDR = 22;
const NLM_F_REPLACE = 0x100;
const NLM_F_EXCL = 0x200;

/** struct ifaddrmsg */
const ADDRESS_SIZE = 8;

const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_LABEL = 3;
const IFA_BROADCAST = 4;
const IFA_CACHEINFO = 6;
const IFA_FLAGS = 8;
const IFA_RT_PRIORITY = 9;
const IFA_PROTO = 11;
/** Those that the kernel takes again. */
const KEPT = [IFA_LOCAL, IFA_ADDRESS, IFA_BROADCAST, IFA_RT_PRIORITY, IFA_PROTO, IFA_LABEL, IFA_CACHEINFO];
const IFA_F_NODAD = 0x02;
const IFA_F_DADFAILED = 0x08;
const IFA_F_TENTATIVE = 0x40;
const IFA_F_PERMANENT = 0x80;
/** NODAD, HOMEADDRESS, MANAGETEMPADDR, NOPREFIXROUTE, MCAUTOJOIN: what somebody asked for, and not what became of it. */
const ASKED_FLAGS = IFA_F_NODAD | 0x10 | 0x100 | 0x200 | 0x400;
const RT_SCOPE_UNIVERSE = 0;
/** Of a lifetime. */
const FOREVER = 0xffff_ffff;

/** An address of a device, as the kernel would take it again. */
export interface NetworkAddress {
  readonly family: number;
  readonly prefixLength: number;
  readonly scope: number;
  readonly flags: number;
  readonly attributes: Attributes;
}

/** All of one device, in the kernel's order. */
export function listAddresses(socket: RouteSocket, index: number): readonly NetworkAddress[] {
  const bodies = socket.list({ type: RTM_GETADDR, body: new Uint8Array(ADDRESS_SIZE) }, "list the addresses of network devices");
  return bodies.flatMap((body): NetworkAddress[] => {
    if (u32(body, 4) !== index) return [];
    const [family = 0, prefixLength = 0, short = 0, scope = 0] = body;
    const all = parseAttributes(body, ADDRESS_SIZE);
    const flags = all.get(IFA_FLAGS);
    return [{ family, prefixLength, scope, flags: flags === undefined ? short : u32(flags, 0), attributes: pick(all, KEPT) }];
  });
}

/** The permanent ones of global scope, which somebody has given to the device, without what is about its name and its time here. */
export function lastingAddresses(addresses: readonly NetworkAddress[]): readonly NetworkAddress[] {
  return addresses
    .filter(({ flags, scope }) => (flags & IFA_F_PERMANENT) !== 0 && scope === RT_SCOPE_UNIVERSE)
    .map((address) => ({
      ...address,
      attributes: pick(
        address.attributes,
        KEPT.filter((number) => number !== IFA_LABEL && number !== IFA_CACHEINFO),
      ),
    }));
}

/** As it is `seconds` later; undefined if its time is over by then. */
export function aged(address: NetworkAddress, seconds: number): NetworkAddress | undefined {
  const lifetimes = address.attributes.get(IFA_CACHEINFO);
  if (lifetimes === undefined) return address;
  const [preferred = 0, valid = 0] = [0, 4]
    .map((at) => u32(lifetimes, at))
    .map((left) => (left === FOREVER ? left : Math.max(0, left - seconds)));
  if (valid === 0) return undefined;
  const info = new Uint8Array(lifetimes);
  put32(info, 0, preferred);
  put32(info, 4, valid);
  return { ...address, attributes: new Map([...address.attributes, [IFA_CACHEINFO, info]]) };
}

export function addAddress(socket: RouteSocket, device: DeviceId, address: NetworkAddress): void {
  setAddress(socket, device, address, NLM_F_CREATE | NLM_F_EXCL);
}

/**
 * Of a device that had it a moment ago. The kernel has looked for duplicates of an IPv6 address then, and need not do so again: until it has,
 * no route can have the address as its source.
 */
export function addAddressAgain(socket: RouteSocket, device: DeviceId, address: NetworkAddress): void {
  const isKnown = isIpv6Address(address) && (address.flags & (IFA_F_NODAD | IFA_F_TENTATIVE | IFA_F_DADFAILED)) === 0;
  addAddress(socket, device, isKnown ? { ...address, flags: address.flags | IFA_F_NODAD } : address);
  if (isKnown) setAddress(socket, device, address, NLM_F_REPLACE);
}

function setAddress(socket: RouteSocket, device: DeviceId, address: NetworkAddress, how: number): void {
  const flags = address.flags & ASKED_FLAGS;
  const head = new Uint8Array(ADDRESS_SIZE);
  head.set([address.family, address.prefixLength, flags & 0xff, address.scope]);
  put32(head, 4, device.index);
  const body = withAttributes(head, new Map([...address.attributes, [IFA_FLAGS, word(flags)]]));
  socket.change({ type: RTM_NEWADDR, flags: how, body }, `give network device ${device.name} its address`);
}

export function isIpv6Address({ family }: NetworkAddress): boolean {
  return family === AF_INET6;
}

/** Its own, and not its peer's. */
export function localPart({ attributes }: NetworkAddress): Uint8Array {
  return attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS) ?? new Uint8Array();
}

export function describeAddress(address: NetworkAddress): string {
  return `${describeIp(localPart(address))}/${address.prefixLength}`;
}
