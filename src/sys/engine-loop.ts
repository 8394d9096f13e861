/**
 * The event loop of the engine under this program, for code that has to wait for it and for something else at once.
 * An epoll instance can itself be polled: it is readable when something in it has happened. epoll(7).
 */
import { readDirectory, readLink } from "./file.ts";

/** Descriptors of the loop. Readable = there is something for `runLoop`. */
export function loopDescriptors(): number[] {
  return (readDirectory("/proc/self/fd") ?? [])
    .map(({ name }) => Number(name))
    .filter((fd) => readLink(`/proc/self/fd/${fd}`) === "anon_inode:[eventpoll]");
}

/** Lets the loop do what it has to do: handlers of signals run. */
export function runLoop(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
