/** Routes of IPv4 and IPv6, in all tables: listing them, finding those that go with a network device, giving them again. rtnetlink(7). */
import { type Bytes, i32, put32, u16, u32 } from "../../base/bytes.ts";
import { describeIp } from "./ip-text.ts";
import { localPart, type NetworkAddress } from "./network-address.ts";
import {
  AF_INET6,
  type Attributes,
  aligned,
  NLM_F_CREATE,
  parseAttributes,
  pick,
  type RouteSocket,
  withAttributes,
  word,
} from "./route-socket.ts";

const RTM_NEWROUTE = 24;
const RTM_GETROUTE = 26;
const NLM_F_APPEND = 0x800;
const AF_INET = 2;

/** struct rtmsg, and where its protocol, type and flags are; struct rtnexthop. */
const ROUTE_SIZE = 12;
const PROTOCOL = 5;
const TYPE = 7;
const FLAGS = 8;
const HOP_SIZE = 8;

const RTPROT_KERNEL = 2;
/** Local, broadcast, anycast, multicast: what the kernel makes of an address. */
const OF_ADDRESSES = [2, 3, 4, 5];
const RTM_F_CLONED = 0x200;
/** PERVASIVE, ONLINK: what somebody asked for, and not what became of it. */
const ASKED_FLAGS = 2 | 4;
const RT_TABLE_MAIN = 254;

const RTA_DST = 1;
const RTA_SRC = 2;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_PRIORITY = 6;
const RTA_PREFSRC = 7;
const RTA_METRICS = 8;
const RTA_MULTIPATH = 9;
const RTA_FLOW = 11;
const RTA_CACHEINFO = 12;
const RTA_TABLE = 15;
const RTA_VIA = 18;
const RTA_PREF = 20;
const RTA_ENCAP_TYPE = 21;
const RTA_ENCAP = 22;
const RTA_EXPIRES = 23;
const RTA_NH_ID = 30;
/** Those that the kernel takes again. */
const KEPT = [
  ...[RTA_DST, RTA_SRC, RTA_OIF, RTA_GATEWAY, RTA_PRIORITY, RTA_PREFSRC, RTA_METRICS, RTA_MULTIPATH],
  ...[RTA_FLOW, RTA_TABLE, RTA_VIA, RTA_PREF, RTA_ENCAP_TYPE, RTA_ENCAP],
];
/** Of struct rta_cacheinfo, in ticks of a hundredth of a second; 0 = never. */
const EXPIRES = 8;
const TICKS = 100;

/** A route, as the kernel would take it again. */
export interface NetworkRoute {
  readonly head: Bytes;
  readonly attributes: Attributes;
  /** In seconds; undefined = never. */
  readonly expires: number | undefined;
  /** The object of ip-nexthop(8) that says where it goes. */
  readonly nexthop: number | undefined;
}

/** Those that would go if a device went, with its addresses. Not what the kernel makes of the addresses. */
export function listRoutesOf(socket: RouteSocket, index: number, addresses: readonly NetworkAddress[]): readonly NetworkRoute[] {
  const sources = addresses.filter(({ family }) => family === AF_INET).map((address) => localPart(address).join("."));
  return socket
    .list({ type: RTM_GETROUTE, body: new Uint8Array(ROUTE_SIZE) }, "list the routes of network devices")
    .filter(isMade)
    .map(parseRoute)
    .flatMap((route) => {
      const hops = route.attributes.get(RTA_MULTIPATH);
      const own = hops === undefined ? [] : hopsIn(hops).filter((hop) => i32(hop, 4) === index);
      // of an IPv6 route only these go; one of IPv4 goes as a whole, and one of another device if its source does
      if (own.length > 0 && isIpv6(route)) return [withAttribute(route, RTA_MULTIPATH, join(own))];
      const isThrough = own.length > 0 || deviceOf(route) === index;
      return isThrough || (!isIpv6(route) && sources.includes((route.attributes.get(RTA_PREFSRC) ?? []).join("."))) ? [route] : [];
    });
}

function isMade(body: Bytes): boolean {
  const isOfAddress = body[PROTOCOL] === RTPROT_KERNEL && OF_ADDRESSES.includes(body[TYPE] ?? 0);
  return (body[0] === AF_INET || body[0] === AF_INET6) && (u32(body, FLAGS) & RTM_F_CLONED) === 0 && !isOfAddress;
}

function parseRoute(body: Bytes): NetworkRoute {
  const all = parseAttributes(body, ROUTE_SIZE);
  const [info, nexthop] = [all.get(RTA_CACHEINFO), all.get(RTA_NH_ID)];
  const ticks = info === undefined ? 0 : i32(info, EXPIRES);
  const head = body.slice(0, ROUTE_SIZE);
  put32(head, FLAGS, u32(head, FLAGS) & ASKED_FLAGS);
  return {
    head,
    attributes: pick(all, KEPT),
    expires: ticks === 0 ? undefined : Math.floor(ticks / TICKS),
    nexthop: nexthop === undefined ? undefined : u32(nexthop, 0),
  };
}

/**
 * `elapsed` seconds after it was listed; a device that has another index now is in `indices`. Beside those to the same destination, and an error,
 * EEXIST, if it is there.
 */
export function addRouteAgain(socket: RouteSocket, route: NetworkRoute, elapsed: number, indices: ReadonlyMap<number, number>): void {
  const { expires, attributes } = route;
  if (expires !== undefined && expires <= elapsed) return;
  const now = new Map(attributes);
  const [device, hops] = [deviceOf(route), attributes.get(RTA_MULTIPATH)];
  if (device !== undefined) now.set(RTA_OIF, word(indices.get(device) ?? device));
  if (hops !== undefined) now.set(RTA_MULTIPATH, join(hopsIn(hops).map((hop) => withIndex(hop, indices))));
  if (expires !== undefined) now.set(RTA_EXPIRES, word(expires - elapsed));
  const body = withAttributes(route.head, now);
  socket.change({ type: RTM_NEWROUTE, flags: NLM_F_CREATE | NLM_F_APPEND, body }, `add route ${describeRoute(route)}`);
}

function isIpv6({ head }: NetworkRoute): boolean {
  return head[0] === AF_INET6;
}

function deviceOf({ attributes }: NetworkRoute): number | undefined {
  const device = attributes.get(RTA_OIF);
  return device === undefined ? undefined : i32(device, 0);
}

function withAttribute(route: NetworkRoute, number: number, value: Uint8Array): NetworkRoute {
  return { ...route, attributes: new Map([...route.attributes, [number, value]]) };
}

/** Each with its own attributes. */
function hopsIn(value: Uint8Array): Bytes[] {
  const hops: Bytes[] = [];
  for (let at = 0; at + HOP_SIZE <= value.length; ) {
    const length = u16(value, at);
    if (length < HOP_SIZE || at + length > value.length) break;
    hops.push(value.slice(at, at + length));
    at += aligned(length);
  }
  return hops;
}

function withIndex(hop: Bytes, indices: ReadonlyMap<number, number>): Bytes {
  const index = i32(hop, 4);
  const now = hop.slice();
  now[2] = (hop[2] ?? 0) & ASKED_FLAGS;
  put32(now, 4, indices.get(index) ?? index);
  return now;
}

function join(hops: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(hops.reduce((sum, hop) => sum + aligned(hop.length), 0));
  let at = 0;
  for (const hop of hops) {
    whole.set(hop, at);
    at += aligned(hop.length);
  }
  return whole;
}

/** As ip-route(8) takes it. */
export function describeRoute({ head, attributes }: NetworkRoute): string {
  const [to, via, table] = [RTA_DST, RTA_GATEWAY, RTA_TABLE].map((number) => attributes.get(number));
  const number = table === undefined ? RT_TABLE_MAIN : u32(table, 0);
  const words = [to === undefined ? "default" : `${describeIp(to)}/${head[1] ?? 0}`];
  if (via !== undefined) words.push(`via ${describeIp(via)}`);
  if (number !== RT_TABLE_MAIN) words.push(`table ${number}`);
  return words.join(" ");
}
