/** Time that only goes forward. clock_gettime(2) */
import { u64 } from "../base/bytes.ts";
import { check, syscall } from "./libc.ts";
import { SYS } from "./numbers.ts";

const CLOCK_MONOTONIC = 1;

/** Milliseconds since some moment in the past, with a fraction. */
export function monotonicMilliseconds(): number {
  const time = new Uint8Array(16);
  check(syscall(SYS.clock_gettime, CLOCK_MONOTONIC, time), "clock_gettime(2)", "read the clock");
  return u64(time, 0) * 1000 + u64(time, 8) / 1_000_000;
}
