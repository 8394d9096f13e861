/**
 * Writes to a descriptor of our caller's without waiting. Its flags are the caller's too, and a shell's that is left with a non-blocking terminal
 * is broken; so terminals and pipes are opened once more, by what proc(5) shows of them, and sockets are told for each write.
 */
import { Fd, tryWrite } from "../call/fd.ts";
import { syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { OPEN, statFd, tryOpen } from "../file/file.ts";

const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** A pipe that is ready takes so many bytes at once (PIPE_BUF). */
const AT_ONCE = 4096;
/** Opening it makes another pair of terminals. */
const MULTIPLEXER = { major: 5, minor: 2 };

export class UnblockedOutput implements Disposable {
  readonly #given: number;
  readonly #isSocket: boolean;
  readonly #own: Fd | undefined;

  constructor(fd: number) {
    const { kind, device } = statFd(fd);
    const isMultiplexer = device.major === MULTIPLEXER.major && device.minor === MULTIPLEXER.minor;
    const canWait = kind === "fifo" || (kind === "character" && !isMultiplexer);
    const opened = canWait ? tryOpen(`/proc/self/fd/${fd}`, OPEN.write | OPEN.nonBlock | OPEN.noTty) : -1;
    this.#given = fd;
    this.#isSocket = kind === "socket";
    this.#own = opened < 0 ? undefined : new Fd(opened);
  }

  /** To be watched for. */
  get descriptor(): number {
    return this.#own?.number ?? this.#given;
  }

  /** How many bytes were taken, or minus errno: EAGAIN until it is ready. What could not be opened again is to be ready first. */
  tryWrite(data: Uint8Array): number {
    if (this.#own !== undefined) return tryWrite(this.#own.number, data);
    if (this.#isSocket) return syscall(SYS.sendto, this.#given, data, data.length, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
    return tryWrite(this.#given, data.subarray(0, AT_ONCE));
  }

  [Symbol.dispose](): void {
    this.#own?.close();
  }
}
