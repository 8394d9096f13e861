/** Shows how long work goes on: one line of a terminal that is written over, and nothing anywhere else. */
import type { Progress } from "../image/progress.ts";
import { SILENT } from "../image/progress.ts";
import { sizeText } from "./columns.ts";

const EVERY = 100; // milliseconds
const CLEAR = "\r\u001b[K";

/** `write` gets control characters, so only a terminal should. */
export function progressLine(write: (text: string) => void, now: () => number = () => performance.now()): Progress {
  let label = "";
  let total: number | undefined;
  let done = 0;
  let started = 0;
  let shown = 0;
  return {
    begin(nextLabel, nextTotal) {
      label = nextLabel;
      total = nextTotal;
      done = 0;
      started = now();
      shown = started;
      write(`${CLEAR}${label}`);
    },
    advance(bytes) {
      done += bytes;
      if (now() - shown < EVERY) return;
      shown = now();
      write(`${CLEAR}${label}: ${describeProgress({ done, total, elapsed: shown - started })}`);
    },
    end: () => write(CLEAR),
  };
}

export interface Measured {
  readonly done: number;
  readonly total: number | undefined;
  /** Milliseconds. */
  readonly elapsed: number;
}

/** `120 MB of 300 MB, 40%, 98.0 MB/s, 2 s left` */
export function describeProgress({ done, total, elapsed }: Measured): string {
  const rate = elapsed === 0 ? 0 : (done / elapsed) * 1000;
  const speed = `${sizeText(rate)}/s`;
  if (total === undefined || total === 0) return `${sizeText(done)}, ${speed}`;
  const left = rate === 0 ? "" : `, ${Math.ceil(Math.max(0, total - done) / rate)} s left`;
  return `${sizeText(done)} of ${sizeText(total)}, ${Math.floor((100 * Math.min(done, total)) / total)}%, ${speed}${left}`;
}

/** For standard error, if a person looks at it. */
export function terminalProgress(isQuiet: boolean): Progress {
  return !isQuiet && process.stderr.isTTY ? progressLine((text) => void process.stderr.write(text)) : SILENT;
}
