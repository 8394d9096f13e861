/** Questions to the kernel about network devices, and its answers. netlink(7), rtnetlink(7). */

import { type Bytes, concat, i32, put32, putU16, u16, u32 } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { decodeText, encodeText } from "../../base/text.ts";
import { errnoName } from "../call/errno.ts";
import { strerror } from "../call/errno-words.ts";
import { Fd } from "../call/fd.ts";
import { check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { OPEN, openFile } from "../file/file.ts";

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const CLONE_NEWNET = 0x40000000;

const NLM_F_REQUEST = 0x1;
const NLM_F_ACK = 0x4;
const NLM_F_DUMP = 0x300;
/** Of a request that makes something. */
export const NLM_F_CREATE = 0x400;
export const AF_INET6 = 10;
const NLM_F_DUMP_INTR = 0x10;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;

/** Of struct nlmsghdr, and of what an answer says of the request: errno and the request's header. */
const HEADER_SIZE = 16;
const ERROR_SIZE = 4 + HEADER_SIZE;
const ATTRIBUTE_HEADER_SIZE = 4;
/** What the kernel says beside an errno. */
const NLMSGERR_ATTR_MSG = 1;

/** How often a list is asked for that changes while it is told. */
const LISTINGS = 10;

export interface RouteRequest {
  /** RTM_… */
  readonly type: number;
  /** NLM_F_… beside those that every request has. */
  readonly flags?: number;
  /** A fixed part, and attributes. */
  readonly body: Bytes;
}

/** An answer's attributes, or some to be sent: by number. */
export type Attributes = ReadonlyMap<number, Uint8Array>;

export class RouteSocket implements Disposable {
  readonly #socket: Fd;
  #sequence = 0;

  private constructor(socket: Fd) {
    this.#socket = socket;
  }

  static open(): RouteSocket {
    const socket = new Fd(check(syscall(SYS.socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0), "socket(2)", "ask for network devices"));
    const on = new Uint8Array([1, 0, 0, 0]);
    for (const option of [NETLINK_CAP_ACK, NETLINK_EXT_ACK]) syscall(SYS.setsockopt, socket.number, SOL_NETLINK, option, on, 4);
    return new RouteSocket(socket);
  }

  /** A socket belongs for ever to the network namespace that it was made in: this thread, which is the only one, goes there for a moment. */
  static openIn(namespace: Fd): RouteSocket {
    using own = openFile("/proc/self/ns/net", OPEN.read);
    enter(namespace);
    try {
      return RouteSocket.open();
    } finally {
      enter(own);
    }
  }

  /** `what` says in an error what was being done; the kernel's words come with its errno. */
  change(request: RouteRequest, what: string): void {
    this.#send({ ...request, flags: NLM_F_REQUEST | NLM_F_ACK | (request.flags ?? 0) });
    this.#receive(what);
  }

  /** The bodies of all messages that are the answer. */
  list(request: RouteRequest, what: string): readonly Bytes[] {
    for (let turn = 0; turn < LISTINGS; turn++) {
      this.#send({ ...request, flags: NLM_F_REQUEST | NLM_F_DUMP });
      const { bodies, isTorn } = this.#receive(what);
      if (!isTorn) return bodies;
    }
    throw new RuntimeError("kernel", `cannot ${what}: they never stay as they are`);
  }

  #send({ type, flags = 0, body }: RouteRequest): void {
    const header = new Uint8Array(HEADER_SIZE);
    put32(header, 0, HEADER_SIZE + body.length);
    putU16(header, 4, type);
    putU16(header, 6, flags);
    put32(header, 8, ++this.#sequence);
    const message = concat([header, body]);
    check(syscall(SYS.sendto, this.#socket.number, message, message.length, 0, 0, 0), "sendto(2)", "ask for network devices");
  }

  /** Up to the end of the answer to the latest request. */
  #receive(what: string): { readonly bodies: readonly Bytes[]; readonly isTorn: boolean } {
    const bodies: Bytes[] = [];
    let isTorn = false;
    for (;;) {
      const buffer = new Uint8Array(65536);
      const size = check(syscall(SYS.recvfrom, this.#socket.number, buffer, buffer.length, 0, 0, 0), "recvfrom(2)", what);
      for (const { type, flags, sequence, body } of messagesIn(buffer.subarray(0, size))) {
        if (sequence !== this.#sequence) continue; // the rest of an answer that was given up
        if ((flags & NLM_F_DUMP_INTR) !== 0) isTorn = true;
        if (type !== NLMSG_ERROR && type !== NLMSG_DONE) bodies.push(body);
        else {
          requireDone(type, body, what);
          return { bodies, isTorn };
        }
      }
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

function enter(namespace: Fd): void {
  check(syscall(SYS.setns, namespace.number, CLONE_NEWNET), "setns(2)", "enter a network namespace");
}

interface Message {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly body: Bytes;
}

function* messagesIn(data: Bytes): Generator<Message> {
  for (let at = 0; at + HEADER_SIZE <= data.length; ) {
    const length = u32(data, at);
    if (length < HEADER_SIZE || at + length > data.length) return;
    const body = data.subarray(at + HEADER_SIZE, at + length);
    yield { type: u16(data, at + 4), flags: u16(data, at + 6), sequence: u32(data, at + 8), body };
    at += aligned(length);
  }
}

/** Throws what an answer says that is an error. */
function requireDone(type: number, body: Bytes, what: string): void {
  const errno = body.length < 4 ? 0 : -i32(body, 0);
  if (errno === 0) return;
  const words = type === NLMSG_ERROR ? parseAttributes(body, ERROR_SIZE).get(NLMSGERR_ATTR_MSG) : undefined;
  const said = words === undefined ? "" : ` (${decodeText(words).replace(/\0.*$/s, "")})`;
  throw new RuntimeError("kernel", `cannot ${what}: ${strerror(errno)}${said}`, { call: "sendto(2)", errno: errnoName(errno) });
}

/** To where the next one begins. */
export function aligned(length: number): number {
  return (length + 3) & ~3;
}

/** Those that follow a fixed part of `from` bytes. */
export function parseAttributes(body: Uint8Array, from: number): Attributes {
  return new Map(attributesIn(body, from));
}

/** As `parseAttributes`, where some may have the same number. */
export function* attributesIn(body: Uint8Array, from: number): Generator<readonly [number, Uint8Array]> {
  for (let at = from; at + ATTRIBUTE_HEADER_SIZE <= body.length; ) {
    const length = u16(body, at);
    if (length < ATTRIBUTE_HEADER_SIZE || at + length > body.length) break;
    yield [u16(body, at + 2) & 0x3fff, body.subarray(at + ATTRIBUTE_HEADER_SIZE, at + length)]; // without the bits about nesting and byte order
    at += aligned(length);
  }
}

/** Those of these numbers, in their order. */
export function pick(attributes: Attributes, numbers: readonly number[]): Attributes {
  return new Map(
    numbers.flatMap((number): [number, Uint8Array][] => {
      const value = attributes.get(number);
      return value === undefined ? [] : [[number, value]];
    }),
  );
}

/** `head` with attributes behind it. */
export function withAttributes(head: Bytes, attributes: Attributes): Bytes {
  const pieces: Uint8Array[] = [head];
  for (const [number, value] of attributes) {
    const header = new Uint8Array(ATTRIBUTE_HEADER_SIZE);
    putU16(header, 0, ATTRIBUTE_HEADER_SIZE + value.length);
    putU16(header, 2, number);
    pieces.push(header, value, new Uint8Array(aligned(value.length) - value.length));
  }
  return concat(pieces);
}

export function word(value: number): Bytes {
  const bytes = new Uint8Array(4);
  put32(bytes, 0, value);
  return bytes;
}

/** As the kernel takes names: with a NUL at the end. */
export function name(text: string): Bytes {
  return concat([encodeText(text), new Uint8Array(1)]);
}
