/** Time, in the kernel's clocks. clock_gettime(2) */
import { exactU64, u64 } from "../../base/bytes.ts";
import { check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { readTextIfThere } from "../file/file.ts";

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const CLOCK_PROCESS_CPUTIME_ID = 2;

/** Milliseconds since some moment in the past, with a fraction. It only goes forward. */
export function monotonicMilliseconds(): number {
  return milliseconds(CLOCK_MONOTONIC);
}

/** What this process has used of processors since it was made, in milliseconds with a fraction. */
export function processorMilliseconds(): number {
  return milliseconds(CLOCK_PROCESS_CPUTIME_ID);
}

function milliseconds(clock: number): number {
  const time = readClock(clock);
  return u64(time, 0) * 1000 + u64(time, 8) / 1_000_000;
}

/** How far the time of day is ahead of the monotonic clock, in nanoseconds. */
export function clockDistance(): bigint {
  const before = nanoseconds(CLOCK_MONOTONIC);
  const timeOfDay = nanoseconds(CLOCK_REALTIME);
  return timeOfDay - (before + nanoseconds(CLOCK_MONOTONIC)) / 2n;
}

function nanoseconds(clock: number): bigint {
  const time = readClock(clock);
  return exactU64(time, 0) * 1_000_000_000n + exactU64(time, 8);
}

/** struct timespec, used again each time: clocks are read while others wait. */
const time = new Uint8Array(16);

function readClock(clock: number): Uint8Array {
  check(syscall(SYS.clock_gettime, clock, time), "clock_gettime(2)", "read the clock");
  return time;
}

/** Those that the kernel lets programs read by themselves (vdso(7)). */
const WITHOUT_CALLS: readonly (string | undefined)[] = ["tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter"];

/** Whether programs read the clocks of the kernel without a system call. False if that is not certain. */
export function areClocksSilent(): boolean {
  return WITHOUT_CALLS.includes(readTextIfThere("/sys/devices/system/clocksource/clocksource0/current_clocksource")?.trim());
}
