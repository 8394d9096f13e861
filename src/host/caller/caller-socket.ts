/** Sockets at which the caller takes descriptors of a container: its terminal, its first process. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { encodeText } from "../../base/text.ts";
import { ERRNO, errnoName } from "../../sys/call/errno.ts";
import { strerror } from "../../sys/call/errno-words.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { openPid } from "../../sys/process/process.ts";
import { tryConnect, trySendWith } from "../../sys/process/socket.ts";

/** `what` is the name of the option in words, `pointer` where config.json names the path. Nobody is waited for who does not take connections. */
export function connectToCaller(what: string, path: HostPath, pointer?: string): Fd {
  const connection = tryConnect(path, { kind: "stream", wait: false });
  if (typeof connection !== "number") return connection;
  throw new RuntimeError("kernel", `cannot connect to the ${what} ${path}: ${strerror(-connection)}`, {
    call: "connect(2)",
    errno: errnoName(-connection),
    ...(pointer === undefined ? {} : { pointer }),
    ...(REFUSALS.includes(-connection) ? { hint: "a program has to listen there, at a stream socket of its own, and accept" } : {}),
  });
}

const REFUSALS: readonly number[] = [ERRNO.ECONNREFUSED, ERRNO.EAGAIN];

/** Sends a pidfd as callers of runc take it: with a name that says which process it is. */
export function sendPidfd(path: HostPath, pid: number, name: string): void {
  using socket = connectToCaller("pidfd socket", path);
  using process = openPid(pid);
  requireSent("pidfd", path, process === undefined ? -ERRNO.ESRCH : trySendWith(socket, encodeText(name), process));
}

/** Each listener has a connection of its own, which ends with the message. */
export function sendListener(path: HostPath, listener: Fd, state: string): void {
  using socket = connectToCaller("seccomp listener", path, "/linux/seccomp/listenerPath");
  requireSent("listener of the system call filter", path, trySendWith(socket, encodeText(state), listener));
}

function requireSent(what: string, path: HostPath, sent: number): void {
  if (sent >= 0) return;
  throw new RuntimeError("kernel", `cannot send the ${what} to ${path}: ${strerror(-sent)}`, {
    call: "sendmsg(2)",
    errno: errnoName(-sent),
  });
}
