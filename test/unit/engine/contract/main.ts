/** Runs the contract inside the host: one line of JSON per case. Arguments: the path of the odd library, and titles to leave out. */
import { encode, exit, programArguments, syscall } from "#host";
import { EVERY_CASE } from "./every-case.ts";
import { SYS } from "./numbers.ts";
import { hostOnlyCases, oddLibraryCases } from "./odd-library.ts";

export interface Outcome {
  readonly title: string;
  /** Undefined if it holds. */
  readonly failure?: string;
}

function print(outcome: Outcome): void {
  const line = encode(`${JSON.stringify(outcome)}\n`);
  for (let at = 0; at < line.length; ) {
    const written = syscall(SYS.write, 1, line.subarray(at), line.length - at);
    if (written < 0) exit(1);
    at += written;
  }
}

export async function main(): Promise<void> {
  const [library = "", ...without] = programArguments();
  for (const { title, run } of [...EVERY_CASE, ...oddLibraryCases(library), ...hostOnlyCases(library)]) {
    if (without.includes(title)) continue;
    try {
      await run();
      print({ title });
    } catch (error) {
      print({ title, failure: error instanceof Error ? `${error}\n${error.stack ?? ""}` : String(error) });
    }
  }
}
