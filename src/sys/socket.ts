/** Unix sockets whose messages keep their bounds, and descriptors passed over them. unix(7). */
import { ERRNO } from "./errno.ts";
import { Fd } from "./fd.ts";
import { OPEN, tryOpen } from "./file.ts";
import { address, check, kernelError, syscall } from "./libc.ts";
import { SYS } from "./numbers.ts";

const AF_UNIX = 1;
const STREAM = 1;
const SEQPACKET = 5;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;

/** Two connected ends; each message arrives whole. */
export function socketPair(kind: "messages" | "stream" = "messages"): [Fd, Fd] {
  const pair = Buffer.alloc(8);
  const type = (kind === "messages" ? SEQPACKET : STREAM) | SOCK_CLOEXEC;
  check(syscall(SYS.socketpair, AF_UNIX, type, 0, pair), "socketpair(2)", "make a pair of sockets");
  return [new Fd(pair.readInt32LE(0)), new Fd(pair.readInt32LE(4))];
}

/** struct sockaddr_un. A path of more than 107 bytes does not fit: open its directory and use /proc/self/fd/N/name. */
function socketAddress(path: string): Buffer {
  const text = Buffer.from(path);
  if (text.length > 107) throw kernelError(36, "connect(2)", `use socket ${path}`);
  const memory = Buffer.alloc(110);
  memory.writeUInt16LE(AF_UNIX, 0);
  text.copy(memory, 2);
  return memory.subarray(0, 2 + text.length + 1);
}

export function listenAt(path: string): Fd {
  const fd = new Fd(check(syscall(SYS.socket, AF_UNIX, SEQPACKET | SOCK_CLOEXEC, 0), "socket(2)", "make a socket"));
  const name = socketAddress(path);
  check(syscall(SYS.bind, fd.number, name, name.length), "bind(2)", `listen at ${path}`);
  check(syscall(SYS.listen, fd.number, 16), "listen(2)", `listen at ${path}`);
  return fd;
}

export interface ConnectOptions {
  readonly kind?: "messages" | "stream";
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
  const type = (kind === "messages" ? SEQPACKET : STREAM) | SOCK_CLOEXEC | (wait ? 0 : SOCK_NONBLOCK);
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
  const control = Buffer.alloc(24); // struct cmsghdr, one int, padding
  control.writeBigUInt64LE(20n, 0);
  control.writeInt32LE(SOL_SOCKET, 8);
  control.writeInt32LE(SCM_RIGHTS, 12);
  control.writeInt32LE(descriptor.number, 16);
  const vector = vectorOf(message);
  return Math.min(syscall(SYS.sendmsg, socket.number, messageHeader(vector, control), MSG_NOSIGNAL), 0);
}

/** struct iovec. */
function vectorOf(data: Uint8Array): Buffer {
  const vector = Buffer.alloc(16);
  vector.writeBigUInt64LE(address(data), 0);
  vector.writeBigUInt64LE(BigInt(data.length), 8);
  return vector;
}

/** struct msghdr. The caller keeps what it points to alive. */
function messageHeader(vector: Buffer, control: Buffer): Buffer {
  const header = Buffer.alloc(56);
  header.writeBigUInt64LE(address(vector), 16);
  header.writeBigUInt64LE(1n, 24);
  header.writeBigUInt64LE(address(control), 32);
  header.writeBigUInt64LE(BigInt(control.length), 40);
  return header;
}

/** A message, and the descriptor that came with it by SCM_RIGHTS. cmsg(3). */
export interface Received {
  /** Empty when the other end is gone. */
  readonly data: Uint8Array;
  readonly descriptor: Fd | undefined;
}

/** One message of at most `size` bytes. `what` says in an error what was being done. */
export function receiveWith(socket: Fd, size: number, what: string): Received {
  const data = Buffer.alloc(size);
  const control = Buffer.alloc(64);
  const vector = vectorOf(data);
  const header = messageHeader(vector, control);
  const got = syscall(SYS.recvmsg, socket.number, header, MSG_CMSG_CLOEXEC);
  if (got !== -ERRNO.ECONNRESET) check(got, "recvmsg(2)", what);
  const isRights = control.readInt32LE(8) === SOL_SOCKET && control.readInt32LE(12) === SCM_RIGHTS;
  const hasDescriptor = got >= 0 && header.readBigUInt64LE(40) >= 20n && isRights;
  return { data: data.subarray(0, Math.max(got, 0)), descriptor: hasDescriptor ? new Fd(control.readInt32LE(16)) : undefined };
}

/** A descriptor that comes with any message; undefined when the other end went away without sending one. */
export function receiveDescriptor(socket: Fd): Fd | undefined {
  return receiveWith(socket, 4096, "receive the terminal").descriptor;
}
