/** Waiting for something to become true, with a deadline: the only time-based loop of the tests. */

/** How many times slower the machine is than tests expect, such as an emulated one. */
export const SLOWNESS = Number(process.env.LAMINA_SLOWNESS ?? 1);

/** In milliseconds; what takes longer has hung. Disks and processors of a busy machine make seconds of what takes milliseconds. */
export const DEADLINE = 240_000 * SLOWNESS;

/** For setDefaultTimeout: longer than any deadline, so that a test that waits in vain says what for. */
export const TEST_TIMEOUT = 300_000 * SLOWNESS;

/** As `deadline` of what serves a whole test. In milliseconds, on a machine that is not slow. */
export const LONGER_THAN_ANY_TEST = 30 * 60_000;

/** Calls `check` again and again until it holds. Rejects at the deadline with `what` and what `describe` finds instead. */
export async function until(
  what: string,
  check: () => boolean | Promise<boolean>,
  describe?: () => string | Promise<string>,
): Promise<void> {
  const end = performance.now() + DEADLINE;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`waited ${DEADLINE} ms, but never: ${what}\n${(await describe?.()) ?? ""}`);
    await Bun.sleep(2);
  }
}
