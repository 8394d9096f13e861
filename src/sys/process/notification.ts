/** Descriptors that become readable when something has happened. eventfd(2), inotify(7). */
import { Fd, tryRead } from "../call/fd.ts";
import { check, cstring, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

const NON_BLOCKING = 0o4000;
const CLOSE_ON_EXEC = 0o2000000;

/** For whoever may write to it, such as the kernel. */
export function makeEvent(): Fd {
  return new Fd(check(syscall(SYS.eventfd2, 0, NON_BLOCKING | CLOSE_ON_EXEC), "eventfd2(2)", "make an event descriptor"));
}

const IN_MODIFY = 2;

/** Readable when one of the files has been written to; the kernel does so with its own. */
export function watchFiles(paths: readonly string[]): Fd {
  const watch = new Fd(check(syscall(SYS.inotify_init1, NON_BLOCKING | CLOSE_ON_EXEC), "inotify_init1(2)", "watch files"));
  for (const path of paths)
    check(syscall(SYS.inotify_add_watch, watch.number, cstring(path), IN_MODIFY), "inotify_add_watch(2)", `watch ${path}`);
  return watch;
}

const LARGEST = 4096;

/** Takes what has happened: afterwards the descriptor is readable when something else does. False if there was nothing. */
export function takeEvents(fd: Fd): boolean {
  const buffer = new Uint8Array(LARGEST);
  let isAny = false;
  for (let got = tryRead(fd.number, buffer); got > 0; got = tryRead(fd.number, buffer)) isAny = true;
  return isAny;
}
