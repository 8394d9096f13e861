/** What CRIU wrote down of why it gave up, as a sentence. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { decodeText } from "../../base/text.ts";
import type { CriuReply } from "../../plan/criu/criu-message.ts";
import { Fd, readEnd } from "../../sys/call/fd.ts";
import { OPEN, tryOpenRegular } from "../../sys/file/file.ts";
import { failedCheck } from "./criu-program.ts";

/** `(00.278034) Error (criu/files-reg.c:1790): …` */
const ERROR_LINE = /^\([0-9.]+\)\s+(?:\d+: )?Error \([^)]*\): (.*)$/;

/** CRIU goes on after the first, where it may not raise its own limits; the others say that there was something before, or follow from it. */
const IDLE_TALK = /^rlimit: |^cg: cgroupd: recv req error|^Killing processes|FAILED\.$|^Dump files \(pid: \d+\) failed with/;

const MOST_SAID = 3;

export interface Failure {
  readonly criu: HostPath;
  /** Before the reason. */
  readonly what: string;
  readonly log: HostPath;
  readonly reply: CriuReply;
}

/** If CRIU finds fault with the kernel as well, that is the reason. */
export function wordCriuFailure({ criu, what, log, reply }: Failure): RuntimeError {
  const check = failedCheck(criu);
  if (check !== undefined) {
    return new RuntimeError("unsupported", `${what}: CRIU's own check of this kernel fails: ${check}`, {
      hint: `see: criu check; perhaps a newer CRIU knows this kernel. What it did is in ${log}`,
    });
  }
  const said = errorsIn(readLog(log));
  const reason = said.length > 0 ? said.join("; ") : (reply.error?.trim() ?? "it gives no reason");
  return new RuntimeError("kernel", `${what}: CRIU gave up: ${reason}`, { hint: `what it did is in ${log}` });
}

/** A container can make it as long as it likes; what CRIU gave up for is at its end. */
const MOST_READ = 1 << 20;

function readLog(path: HostPath): string {
  const opened = tryOpenRegular(path, OPEN.read);
  if (opened < 0) return "";
  using log = new Fd(opened);
  return decodeText(readEnd(log, MOST_READ, path));
}

/** In order, without what tells nothing. */
export function errorsIn(log: string): string[] {
  return log
    .split("\n")
    .map((line) => ERROR_LINE.exec(line)?.[1]?.trim() ?? "")
    .filter((text) => text !== "" && !IDLE_TALK.test(text))
    .slice(0, MOST_SAID);
}
