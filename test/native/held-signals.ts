/** Runs inside the host: holds signals back, sends some to itself and tells what becomes of them. */
import { SIGNALS } from "../../src/base/signals.ts";
import { encodeText } from "../../src/base/text.ts";
import { writeAll } from "../../src/sys/call/fd.ts";
import { ownPid } from "../../src/sys/call/own-ids.ts";
import { poll } from "../../src/sys/process/poll.ts";
import { openPid, trySignal } from "../../src/sys/process/process.ts";
import { HeldSignals } from "../../src/sys/process/signals.ts";

const STDOUT = 1;

function tell(what: string, value: unknown): void {
  writeAll(STDOUT, encodeText(`${what}: ${JSON.stringify(value)}\n`), "stdout");
}

using self = openPid(ownPid());
if (self === undefined) throw new Error("no process of our own");
const held = new HeldSignals([SIGNALS.SIGUSR1, SIGNALS.SIGTERM, 64]);
const isReady = (): boolean => poll([{ fd: held.descriptor, want: "read" }], 0).length > 0;
tell("before", [held.isPending(), isReady(), held.take()]);
for (const signal of [SIGNALS.SIGUSR1, SIGNALS.SIGUSR1, 64]) trySignal(self, signal);
tell("arrived", [held.isPending(), isReady()]);
tell("taken", held.take());
tell("after", [held.isPending(), isReady(), held.take()]);
trySignal(self, SIGNALS.SIGTERM);
tell("still here", held.isPending());
held[Symbol.dispose]();
tell("not reached", true);
