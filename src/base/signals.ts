/**
 * Signals by name and number, as Linux has them on x86_64 and aarch64 (signal(7)). Pure.
 *
 * The real-time range is glibc's, as kill(1) and the engines count: its first two signals belong to the C library.
 */
import { RuntimeError } from "./errors.ts";

export const SIGNALS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
} as const satisfies Readonly<Record<string, number>>;

/** Second names of some of them; never used when a signal is printed. */
const ALIASES: Readonly<Record<string, number>> = { SIGIOT: 6, SIGCLD: 17, SIGPOLL: 29 };

const RTMIN = 34;
const RTMAX = 64;

const FAULTS = ["SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGSEGV", "SIGSYS"];
const OTHERS = ["SIGKILL", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGWINCH"];

/** What ends a process that does nothing about it, and comes from outside: not a fault of the process's own, and not SIGKILL. signal(7) */
export const ENDING_SIGNALS: readonly number[] = [
  ...Object.entries(SIGNALS).flatMap(([name, number]) => (FAULTS.includes(name) || OTHERS.includes(name) ? [] : [number])),
  ...Array.from({ length: RTMAX - RTMIN + 1 }, (_, i) => RTMIN + i),
];

/** A number, or a name in any case with or without `SIG`: `15`, `TERM`, `sigterm`, `RTMIN+3`. Zero only asks whether the process is there. */
export function parseSignal(text: string): number {
  const signal = /^\d+$/.test(text) ? Number(text) : numberOf(text.toUpperCase());
  if (signal === undefined || signal > RTMAX) {
    throw new RuntimeError("usage", `unknown signal ${JSON.stringify(text)}`, {
      hint: `a number up to ${RTMAX} or a name such as KILL, SIGTERM or RTMIN+1 is accepted`,
    });
  }
  return signal;
}

/** The name with `SIG`; a number without a name stays a number. */
export function signalName(signal: number): string {
  if (signal >= RTMIN && signal <= RTMAX) return signal === RTMIN ? "SIGRTMIN" : `SIGRTMIN+${signal - RTMIN}`;
  return Object.entries(SIGNALS).find(([, number]) => number === signal)?.[0] ?? `signal ${signal}`;
}

function numberOf(upper: string): number | undefined {
  const name = upper.startsWith("SIG") ? upper : `SIG${upper}`;
  const realTime = /^SIGRT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name);
  if (realTime !== null) return realTimeNumber(realTime[1] === "MIN" ? RTMIN : RTMAX, realTime[2], Number(realTime[3] ?? 0));
  const table: Readonly<Record<string, number>> = SIGNALS;
  if (Object.hasOwn(table, name)) return table[name];
  return Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
}

function realTimeNumber(base: number, sign: string | undefined, distance: number): number | undefined {
  const signal = sign === "-" ? base - distance : base + distance;
  return signal >= RTMIN && signal <= RTMAX ? signal : undefined;
}
