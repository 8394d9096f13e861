/** Shows how long work goes on: one line of a terminal that is written over, and nothing anywhere else. */
import { monotonicMilliseconds } from "../../host/caller/caller.ts";
import { terminalWidth, writeTerminal } from "../../host/caller/output.ts";
import { type Progress, SILENT } from "../../image/stream/progress.ts";
import { sizeText } from "./columns.ts";

const EVERY = 100; // milliseconds
const CLEAR = "\r\u001b[K";

/** Something that is done in parts. Bytes; milliseconds. */
interface Work {
  label: string;
  /** Of the part, and how much of it is done. */
  total: number | undefined;
  done: number;
  /** Of all parts, if that is known, and how much of them was done or there before this part. */
  all: number;
  before: number;
  /** What was really moved, in all parts, and since when. */
  moved: number;
  since: number;
}

/** `write` gets control characters, so only a terminal should. No line is longer than `width`. */
export function progressLine(write: (text: string) => void, width = 80, now: () => number = monotonicMilliseconds): Progress {
  const work: Work = { label: "", total: undefined, done: 0, all: 0, before: 0, moved: 0, since: now() };
  let shown = 0;
  const show = (text: string): void => write(`${CLEAR}${fitted(work.label, text, width - 1)}`);
  return {
    expect(total) {
      work.all += total;
    },
    begin(label, total) {
      Object.assign(work, { label, total, done: 0 });
      shown = now();
      show("");
    },
    advance(bytes) {
      work.done += bytes;
      work.moved += bytes;
      if (now() - shown < EVERY) return;
      shown = now();
      show(`: ${describeProgress(measure(work, shown))}`);
    },
    end() {
      work.before += work.total ?? work.done;
      write(CLEAR);
    },
  };
}

function measure({ total, done, all, before, moved, since }: Work, now: number): Measured {
  const rate = now === since ? 0 : (moved / (now - since)) * 1000;
  return { done, total, rate, ...(all > 0 && { all, allDone: before + done }) };
}

export interface Measured {
  readonly done: number;
  readonly total: number | undefined;
  /** Bytes in a second. */
  readonly rate: number;
  /** Of all parts, if it is known. */
  readonly all?: number;
  readonly allDone?: number;
}

/** `120 MB of 300 MB, 98.0 MB/s, 40%, 2 s left`: percentage and time are those of all parts. */
export function describeProgress({ done, total, rate, all = total, allDone = done }: Measured): string {
  const speed = `${sizeText(rate)}/s`;
  const part = total === undefined || total === 0 ? sizeText(done) : `${sizeText(done)} of ${sizeText(total)}`;
  if (all === undefined || all === 0) return `${part}, ${speed}`;
  const percent = Math.floor((100 * Math.min(allDone, all)) / all);
  return `${part}, ${speed}, ${percent}%${rate === 0 ? "" : `, ${timeText(Math.max(0, all - allDone) / rate)} left`}`;
}

function timeText(seconds: number): string {
  return seconds < 100 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

/** The end of a label tells more than its beginning, and numbers more than both. */
function fitted(label: string, text: string, width: number): string {
  const room = Math.max(0, width - text.length);
  const short = label.length <= room ? label : `…${label.slice(label.length - Math.max(0, room - 1))}`;
  return `${short}${text}`.slice(0, width);
}

export interface Shown extends Disposable {
  /** False where nobody looks. */
  readonly isShown: boolean;
  readonly progress: Progress;
  /** Warns without writing into the line. */
  readonly warn: (message: string) => void;
}

/** On standard error, if a person looks at it. Disposed of it leaves no trace, so that an error has a line of its own. */
export function showProgress(isQuiet: boolean, warn: (message: string) => void): Shown {
  const width = isQuiet ? undefined : terminalWidth();
  if (width === undefined) return { isShown: false, progress: SILENT, warn, [Symbol.dispose]: () => {} };
  return {
    isShown: true,
    progress: progressLine(writeTerminal, width),
    warn: (message) => {
      writeTerminal(CLEAR);
      warn(message);
    },
    [Symbol.dispose]: () => writeTerminal(CLEAR),
  };
}
