/** Spawns native init with its plan and sockets. handshake.ts draws what follows. */
import { RuntimeError } from "../base/errors.ts";
import { encodePlan } from "../plan/encode.ts";
import type { InitStep, Planned } from "../plan/step.ts";
import { duplicate, type Fd, isOpen } from "../sys/fd.ts";
import { readLink } from "../sys/file.ts";
import { sealedMemory } from "../sys/memory-file.ts";
import { spawn } from "../sys/process.ts";
import { socketPair } from "../sys/socket.ts";
import { openInit } from "./embedded-init.ts";

export interface LaunchRequest {
  readonly plan: readonly Planned<InitStep>[];
  /** Listening; init waits there for `start`. */
  readonly startSocket: Fd | undefined;
  /** Where the terminal's master end is to go. */
  readonly consoleSocket: Fd | undefined;
  /** How many descriptors from 3 on the container gets. */
  readonly preserveFds: number;
}

const FIRST_FREE = 3;

/** Returns the pid of init's first stage, and our end of the handshake socket. */
export function launchInit({ plan, startSocket, consoleSocket, preserveFds }: LaunchRequest): { pid: number; socket: Fd } {
  const base = FIRST_FREE + preserveFds;
  requirePreserved(base);
  using image = openInit();
  using encoded = sealedMemory("lamina:plan", encodePlan(plan));
  const [ours, theirs] = socketPair();
  using _theirs = theirs;
  using stack = new DisposableStack();
  const wanted: readonly (readonly [Fd | undefined, number])[] = [
    [encoded, base],
    [theirs, base + 1],
    [startSocket, base + 2],
    [consoleSocket, base + 3],
  ];
  const descriptors: [number, number][] = [0, 1, 2].filter(isOpen).map((fd) => [fd, fd]); // also if the engine opened them for itself
  for (let fd = FIRST_FREE; fd < base; fd++) descriptors.push([fd, fd]);
  for (const [from, to] of wanted) {
    if (from !== undefined) descriptors.push([stack.use(duplicate(from, base + wanted.length)).number, to]);
  }
  const file = stack.use(duplicate(image, base + wanted.length));
  const pid = spawn({ file: `/proc/self/fd/${file.number}`, args: ["lamina:init", String(base)], env: [], descriptors });
  return { pid, socket: ours };
}

/** The engine under this program opens an epoll instance at the first free number: that is none of the caller's. */
function requirePreserved(base: number): void {
  for (let fd = FIRST_FREE; fd < base; fd++) {
    if (isOpen(fd) && readLink(`/proc/self/fd/${fd}`) !== "anon_inode:[eventpoll]") continue;
    throw new RuntimeError("usage", `cannot preserve file descriptor ${fd}: it is not open`, {
      hint: "--preserve-fds N and LISTEN_FDS=N stand for the descriptors 3 to N+2, which the caller must have opened",
    });
  }
}
