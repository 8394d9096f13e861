/** What is to happen when this process is killed. A child waits for that, by fork(2), so it knows all that has to be known. */
import { exit, fork } from "../../engine/process.ts";
import type { Fd } from "../call/fd.ts";
import { cstring, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { keepChildren, waitChild } from "./process.ts";
import { receiveWith, socketPair, trySend } from "./socket.ts";

const PR_SET_NAME = 15;
const LAST = 0xffffffff;
const WORD = new Uint8Array(1);

/**
 * If this process ends before the result is disposed of, whatever ends it, `work` is done in a child of its own session, called `name`, which holds
 * nothing else that is open here. Where there can be no child, it is not.
 */
export function onDeath(name: string, work: () => void): Disposable {
  const [ours, theirs] = socketPair();
  keepChildren();
  const pid = fork();
  if (pid === 0) waitForDeath(theirs, name, work);
  theirs.close();
  if (pid > 0) receiveWith(ours, WORD.length, "hear from a child"); // from here on it holds no lock of ours
  return {
    [Symbol.dispose]() {
      trySend(ours, WORD);
      ours.close();
      if (pid > 0) waitChild(pid);
    },
  };
}

/** In the child: never returns. */
function waitForDeath(parent: Fd, name: string, work: () => void): never {
  try {
    syscall(SYS.setsid);
    syscall(SYS.prctl, PR_SET_NAME, cstring(name), 0, 0, 0);
    syscall(SYS.close_range, 0, parent.number - 1, 0);
    syscall(SYS.close_range, parent.number + 1, LAST, 0);
    trySend(parent, WORD);
    if (receiveWith(parent, WORD.length, "wait for our parent's end").data.length === 0) work();
    exit(0);
  } catch {
    exit(1); // there is nobody left to be told
  }
}
