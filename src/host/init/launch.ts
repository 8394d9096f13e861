/** Spawns native init with its plan and sockets. handshake.ts draws what follows. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { encodePlan } from "../../plan/steps/encode.ts";
import type { InitStep, Planned } from "../../plan/steps/step.ts";
import { GIVEN } from "../../plan/steps/wire.ts";
import { SUPERVISOR_PIPE } from "../../state/directory.ts";
import { duplicate, Fd, isInherited, isOpen } from "../../sys/call/fd.ts";
import { makeDirectories, makeFifo, OPEN, openFile, parentOf, tryOpen } from "../../sys/file/file.ts";
import { sealedMemory } from "../../sys/file/memory-file.ts";
import { spawn } from "../../sys/process/process.ts";
import { socketPair } from "../../sys/process/socket.ts";
import { openInit } from "./embedded-init.ts";

export interface LaunchRequest {
  readonly plan: readonly Planned<InitStep>[];
  /** Listening; init waits there for `start`. */
  readonly startSocket: Fd | undefined;
  /** Where the terminal's master end is to go. */
  readonly consoleSocket: Fd | undefined;
  /** How many descriptors from 3 on the container gets. */
  readonly preserveFds: number;
  /** Absent = init is our own child. */
  readonly supervision: Supervision | undefined;
  /** For a process in a container that exists. */
  readonly container?: ContainerInit;
  /** Memory where init is to write when each step ended. */
  readonly times: Fd | undefined;
}

/** A container's first process, whose namespaces are joined. */
export interface ContainerInit {
  /** A pidfd. */
  readonly process: Fd;
  /** Its root directory, if the container has no mount namespace. */
  readonly root: Fd | undefined;
}

/** What the process is told that waits for a container's end and writes down how it ended. */
export interface Supervision {
  /** Where EXIT_FILE is written, and SUPERVISOR_PIPE is made. */
  readonly stateDirectory: string;
  /** Where the same is written for the writable layer. Its directory is made if there is none. */
  readonly exitFile: HostPath | undefined;
  /** The beginning of what is written. */
  readonly head: string;
  /** A process that is left to wait for the container itself if it can; 0 = none. */
  readonly caller: number;
}

const FIRST_FREE = 3;
const DIRECTORY = OPEN.path | OPEN.directory;

/** Returns the pid of init's first stage, or of its supervisor, and our end of the handshake socket. */
export function launchInit(request: LaunchRequest): { pid: number; socket: Fd } {
  const { plan, startSocket, consoleSocket, preserveFds, supervision, container, times } = request;
  const base = FIRST_FREE + preserveFds;
  requirePreserved(base);
  using image = openInit();
  using encoded = sealedMemory("lamina:plan", encodePlan(plan));
  const [ours, theirs] = socketPair();
  using _theirs = theirs;
  using stack = new DisposableStack();
  const given: Readonly<Record<keyof typeof GIVEN, Fd | undefined>> = {
    plan: encoded,
    host: theirs,
    start: startSocket,
    console: consoleSocket,
    stateDirectory: supervision && stack.use(openFile(supervision.stateDirectory, DIRECTORY)),
    otherDirectory: supervision?.exitFile && stack.use(openOrMake(parentOf(supervision.exitFile))),
    signOfLife: supervision && stack.use(makePipe(`${supervision.stateDirectory}/${SUPERVISOR_PIPE}`)),
    container: container?.process,
    containerRoot: container?.root,
    times,
  };
  const places = Object.entries(GIVEN) as [keyof typeof GIVEN, number][];
  const free = base + places.length;
  const descriptors: [number, number][] = [0, 1, 2].filter(isOpen).map((fd) => [fd, fd]); // also if the engine opened them for itself
  for (let fd = FIRST_FREE; fd < base; fd++) descriptors.push([fd, fd]);
  let bits = 0;
  for (const [name, place] of places) {
    const from = given[name];
    if (from === undefined) continue;
    descriptors.push([stack.use(duplicate(from, free)).number, base + place]);
    bits |= 1 << place;
  }
  const file = stack.use(duplicate(image, free));
  const words = [String(base), String(bits)];
  const args = supervision === undefined ? ["lamina:init", ...words] : ["lamina:supervisor", ...words, ...wordsOf(supervision)];
  const pid = spawn({ file: `/proc/self/fd/${file.number}`, args, env: [], descriptors, onAllProcessors: true });
  return { pid, socket: ours };
}

/** A writable layer may be the first in its directory, and is claimed after the launch. */
function openOrMake(directory: string): Fd {
  const opened = tryOpen(directory, DIRECTORY);
  if (opened >= 0) return new Fd(opened);
  makeDirectories(directory, 0o755);
  return openFile(directory, DIRECTORY);
}

/** Open for reading as well, so that nobody has to be at the other end. */
function makePipe(path: string): Fd {
  makeFifo(path, 0o600);
  return openFile(path, OPEN.readWrite | OPEN.noFollow);
}

/** As native/init/supervisor.c takes them. */
function wordsOf({ head, exitFile, caller }: Supervision): string[] {
  return [head, exitFile === undefined ? "" : exitFile.slice(exitFile.lastIndexOf("/") + 1), String(caller)];
}

/** What lamina itself has opened at such a number, or the engine under it, is none of the caller's, and may lead anywhere on the host. */
function requirePreserved(base: number): void {
  for (let fd = FIRST_FREE; fd < base; fd++) {
    if (isInherited(fd)) continue;
    throw new RuntimeError("usage", `cannot preserve file descriptor ${fd}: it is not open`, {
      hint: "--preserve-fds N and LISTEN_FDS=N stand for the descriptors 3 to N+2, which the caller must have opened",
    });
  }
}
