/** The stopwatch itself, on commands that need no privileges. */
import { expect, test } from "bun:test";
import { BenchError } from "../../../bench/bench-error.ts";
import type { Sequence, Timing } from "../../../bench/script.ts";
import { makeStopwatch } from "../../../bench/stopwatch.ts";
import { tempDir } from "../../support/temp-dir.ts";

const NEVER = new AbortController().signal;

async function time(sequences: (home: string) => readonly Sequence[], workers?: number): Promise<Timing> {
  await using home = await tempDir();
  return await makeStopwatch(home.path, NEVER).time(sequences(home.path), workers);
}

function sh(kind: "run" | "try", script: string): { readonly kind: "run" | "try"; readonly argv: readonly string[] } {
  return { kind, argv: ["/bin/sh", "-c", script] };
}

test("a command that may fail reports its status, and the rest goes on", async () => {
  const { costs } = await time(() => [{ steps: [sh("try", "exit 7"), sh("run", "exit 0")] }, { steps: [sh("try", "kill -9 $$")] }]);

  expect(costs.map((sequence) => sequence.map(({ status }) => status))).toEqual([[7, 0], [137]]);
});

test("a command that must succeed but fails ends everything, with its own stderr only", async () => {
  const sequences: Sequence[] = [{ steps: [sh("run", "echo earlier >&2"), sh("run", "echo the reason >&2; exit 3"), sh("run", "exit 4")] }];

  await expect(time(() => sequences)).rejects.toThrow(
    new BenchError("cannot complete `/bin/sh -c echo the reason >&2; exit 3`: exit status 3: the reason"),
  );
});

test("a command that cannot be started is named", async () => {
  await expect(time(() => [{ steps: [{ kind: "run", argv: ["/no/such/program"] }] }])).rejects.toThrow(
    "cannot complete `/no/such/program`: No such file",
  );
});

test("workers run sequences at the same time: each of two waits for the other's file", async () => {
  const { costs } = await time((home) => {
    const meet = (own: string, other: string) => sh("run", `: > ${home}/${own}; until [ -e ${home}/${other} ]; do :; done`);
    return [{ steps: [meet("a", "b")] }, { steps: [meet("b", "a")] }];
  }, 2);

  expect(costs.flat().map(({ status }) => status)).toEqual([0, 0]);
});

test("await returns after the process that watch found has exited, although nobody else waits for it", async () => {
  const { costs } = await time((home) => [
    { steps: [sh("run", `mkfifo ${home}/go; (read line < ${home}/go; : > ${home}/ended) & echo $! > ${home}/pid`)] },
    {
      steps: [
        { kind: "watch", file: `${home}/pid` },
        sh("run", `echo > ${home}/go`),
        { kind: "await" },
        sh("run", `test -e ${home}/ended`),
      ],
    },
  ]);

  expect(costs.flat()).toHaveLength(3);
});

test("an interruption ends the run after the current command, with the interruption's error", async () => {
  await using home = await tempDir();
  const controller = new AbortController();
  const stopwatch = makeStopwatch(home.path, controller.signal);
  const steps = [
    // the signal goes from the stopwatch to its worker; sent from here as well, it has arrived before this command ends
    sh("run", `mkfifo ${home.path}/go; exec 3<> ${home.path}/go; : > ${home.path}/started; read line <&3; kill -TERM $PPID`),
    sh("run", `: > ${home.path}/next`),
  ];

  const timing = stopwatch.time([{ steps }]);
  while (!(await Bun.file(`${home.path}/started`).exists())) await Bun.sleep(1);
  controller.abort(new BenchError("interrupted by SIGINT", 130));
  await Bun.write(`${home.path}/go`, "\n");

  await expect(timing).rejects.toThrow(new BenchError("interrupted by SIGINT", 130));
  expect(await Bun.file(`${home.path}/next`).exists()).toBe(false);
});
