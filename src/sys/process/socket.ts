/** Unix sockets whose messages keep their bounds, and descriptors passed over them. unix(7). */
import { type Bytes, i32, put32, put64, putU16 } from "../../base/bytes.ts";
import { encodeText } from "../../base/text.ts";
import { ERRNO } from "../call/errno.ts";
import { Fd } from "../call/fd.ts";
import { address, check, kernelError, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { OPEN, tryOpen } from "../file/file.ts";

const AF_UNIX = 1;
const STREAM = 1;
const DATAGRAM = 2;
const SEQPACKET = 5;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;

/** Two connected ends; each message arrives whole. */
export function socketPair(kind: "messages" | "stream" = "messages"): [Fd, Fd] {
  const pair = new Uint8Array(8);
  const type = (kind === "messages" ? SEQPACKET : STREAM) | SOCK_CLOEXEC;
  check(syscall(SYS.socketpair, AF_UNIX, type, 0, pair), "socketpair(2)", "make a pair of sockets");
  return [new Fd(i32(pair, 0)), new Fd(i32(pair, 4))];
}

/** struct sockaddr_un. A path of more than 107 bytes does not fit: open its directory and use /proc/self/fd/N/name. */
function socketAddress(path: string): Bytes {
  const text = encodeText(path);
  if (text.length > 107) throw kernelError(36, "connect(2)", `use socket ${path}`);
  const memory = new Uint8Array(110);
  putU16(memory, 0, AF_UNIX);
  memory.set(text, 2);
  return memory.subarray(0, 2 + text.length + 1);
}

export function listenAt(path: string): Fd {
  const fd = new Fd(check(syscall(SYS.socket, AF_UNIX, SEQPACKET | SOCK_CLOEXEC, 0), "socket(2)", "make a socket"));
  const name = socketAddress(path);
  check(syscall(SYS.bind, fd.number, name, name.length), "bind(2)", `listen at ${path}`);
  check(syscall(SYS.listen, fd.number, 16), "listen(2)", `listen at ${path}`);
  return fd;
}

/** Where datagrams from anybody arrive. */
export function receiveAt(path: string): Fd {
  const fd = new Fd(check(syscall(SYS.socket, AF_UNIX, DATAGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket(2)", "make a socket"));
  const name = socketAddress(path);
  check(syscall(SYS.bind, fd.number, name, name.length), "bind(2)", `receive at ${path}`);
  return fd;
}

/** To a name that is in no file system: `@` stands for the NUL that it begins with. Or minus errno. */
export function tryConnectAbstract(text: string): Fd | number {
  const fd = new Fd(check(syscall(SYS.socket, AF_UNIX, DATAGRAM | SOCK_CLOEXEC, 0), "socket(2)", "make a socket"));
  const name = socketAddress(text).slice(0, -1);
  name[2] = 0;
  const result = syscall(SYS.connect, fd.number, name, name.length);
  if (result >= 0) return fd;
  fd.close();
  return result;
}

const TYPES = { messages: SEQPACKET, stream: STREAM, datagrams: DATAGRAM } as const;

export interface ConnectOptions {
  readonly kind?: "messages" | "stream" | "datagrams";
  /** False gives EAGAIN for a listener that is behind, who might never come to it. */
  readonly wait?: boolean;
  /** False refuses a symbolic link in the last component. */
  readonly follow?: boolean;
}

/** The connection, or minus errno: ECONNREFUSED also for what is no socket. The path may be of any length. */
export function tryConnect(path: string, { kind = "messages", wait = true, follow = true }: ConnectOptions = {}): Fd | number {
  const opened = tryOpen(path, OPEN.path | (follow ? 0 : OPEN.noFollow));
  if (opened < 0) return opened;
  using target = new Fd(opened);
  const type = TYPES[kind] | SOCK_CLOEXEC | (wait ? 0 : SOCK_NONBLOCK);
  const fd = new Fd(check(syscall(SYS.socket, AF_UNIX, type, 0), "socket(2)", "make a socket"));
  const name = socketAddress(`/proc/self/fd/${target.number}`);
  const result = syscall(SYS.connect, fd.number, name, name.length);
  if (result >= 0) return fd;
  fd.close();
  return result;
}

/** Sends one message; 0 or minus errno. */
export function trySend(fd: Fd, message: Uint8Array): number {
  const sent = syscall(SYS.sendto, fd.number, message, message.length, MSG_NOSIGNAL, 0, 0);
  return Math.min(sent, 0);
}

/** Sends one message with a descriptor of ours, by SCM_RIGHTS; 0 or minus errno. */
export function trySendWith(socket: Fd, message: Uint8Array, descriptor: Fd): number {
  const control = new Uint8Array(24); // struct cmsghdr, one int, padding
  put64(control, 0, 20n);
  put32(control, 8, SOL_SOCKET);
  put32(control, 12, SCM_RIGHTS);
  put32(control, 16, descriptor.number);
  const vector = vectorOf(message);
  return Math.min(syscall(SYS.sendmsg, socket.number, messageHeader(vector, control), MSG_NOSIGNAL), 0);
}

/** struct iovec. */
function vectorOf(data: Uint8Array): BigUint64Array {
  const vector = new BigUint64Array(2);
  vector[0] = BigInt(address(data));
  vector[1] = BigInt(data.length);
  return vector;
}

/** struct msghdr, in words of 8 bytes. The caller keeps what it points to alive. */
function messageHeader(vector: BigUint64Array, control: Uint8Array | Int32Array): BigUint64Array {
  const header = new BigUint64Array(7);
  header[2] = BigInt(address(vector));
  header[3] = 1n;
  header[4] = BigInt(address(control));
  header[CONTROL_SIZE] = BigInt(control.byteLength);
  return header;
}

const CONTROL_SIZE = 5;

/** A message, and the descriptor that came with it by SCM_RIGHTS. cmsg(3). */
export interface Received {
  /** Empty when the other end is gone. */
  readonly data: Uint8Array;
  readonly descriptor: Fd | undefined;
}

/** One message of at most `size` bytes, and no more than one descriptor, whatever is sent. `what` says in an error what was being done. */
export function receiveWith(socket: Fd, size: number, what: string): Received {
  const data = new Uint8Array(size);
  const control = new Int32Array(5); // struct cmsghdr, one int: the kernel drops what does not fit
  const vector = vectorOf(data);
  const header = messageHeader(vector, control);
  const receive = (): number => syscall(SYS.recvmsg, socket.number, header, MSG_CMSG_CLOEXEC);
  const first = receive();
  const got = first === -ERRNO.ECONNRESET ? receive() : first; // is said once, before what was sent earlier, by one that has left something unread
  if (got !== -ERRNO.ECONNRESET) check(got, "recvmsg(2)", what);
  const isRights = control[2] === SOL_SOCKET && control[3] === SCM_RIGHTS;
  const hasDescriptor = got >= 0 && (header[CONTROL_SIZE] ?? 0n) >= 20n && isRights;
  return { data: data.subarray(0, Math.max(got, 0)), descriptor: hasDescriptor ? new Fd(control[4] ?? -1) : undefined };
}

/** A descriptor that comes with any message; undefined when the other end went away without sending one. */
export function receiveDescriptor(socket: Fd): Fd | undefined {
  return receiveWith(socket, 4096, "receive the terminal").descriptor;
}
