/** Terminal modes and window sizes. ioctl_tty(2), termios(3). */
import { put32, u16, u32 } from "../../base/bytes.ts";
import { syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

const TCGETS = 0x5401;
const TCSETS = 0x5402;
const TIOCGWINSZ = 0x5413;
const TIOCSWINSZ = 0x5414;
const TERMIOS_SIZE = 64; // 36 bytes in the kernel

/** The kernel's struct termios; undefined if `fd` is no terminal. */
export function readTerminalMode(fd: number): Uint8Array | undefined {
  const mode = new Uint8Array(TERMIOS_SIZE);
  return syscall(SYS.ioctl, fd, TCGETS, mode) < 0 ? undefined : mode;
}

/** 0 or minus errno. */
export function tryWriteTerminalMode(fd: number, mode: Uint8Array): number {
  return syscall(SYS.ioctl, fd, TCSETS, mode);
}

const OPOST = 0o1;
const ONLCR = 0o4;

/** `mode` with every byte that is typed passed through as it is, as cfmakeraw(3) makes it; what is shown is still put in lines. */
export function rawMode(mode: Uint8Array): Uint8Array {
  const raw = Uint8Array.from(mode);
  put32(raw, 0, u32(raw, 0) & ~0o2753); // IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
  put32(raw, 4, u32(raw, 4) | OPOST);
  put32(raw, 8, (u32(raw, 8) & ~0o460) | 0o60); // CSIZE PARENB; CS8
  put32(raw, 12, u32(raw, 12) & ~0o100113); // ECHO ECHONL ICANON ISIG IEXTEN
  raw[17 + 6] = 1; // VMIN
  raw[17 + 5] = 0; // VTIME
  return raw;
}

/** A newline that is written to the terminal stays one: no carriage return comes before it. */
export function keepNewlines(fd: number): void {
  const mode = readTerminalMode(fd);
  if (mode === undefined) return;
  const plain = Uint8Array.from(mode);
  put32(plain, 4, u32(plain, 4) & ~ONLCR);
  tryWriteTerminalMode(fd, plain);
}

/** Rows and columns; undefined if `fd` is no terminal. */
export function readWindowSize(fd: number): { readonly height: number; readonly width: number } | undefined {
  const size = new Uint8Array(8);
  if (syscall(SYS.ioctl, fd, TIOCGWINSZ, size) < 0) return undefined;
  return { height: u16(size, 0), width: u16(size, 2) };
}

/** Gives `to` the window size of `from`; false if one of them is no terminal. */
export function copyWindowSize(from: number, to: number): boolean {
  const size = new Uint8Array(8);
  return syscall(SYS.ioctl, from, TIOCGWINSZ, size) >= 0 && syscall(SYS.ioctl, to, TIOCSWINSZ, size) >= 0;
}
