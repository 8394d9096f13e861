/** An attacker who exchanges two names all the time, as a process in another container with the same files can. */
import { join } from "node:path";
import { buildNative, nativeOutput } from "../../scripts/build-native.ts";

export interface Swapper extends AsyncDisposable {
  /** Ends it, with both names where they were. Returns how often they were exchanged: at least ten thousand times. */
  stop(): Promise<number>;
}

/** Resolves once it is exchanging. */
export async function swap(first: string, second: string): Promise<Swapper> {
  const source = join(import.meta.dirname, "../native/swap.c");
  const program = await buildNative({ out: nativeOutput("test-swap"), sources: [source], included: [], sanitize: true }); // musl has no renameat2
  const run = Bun.spawn([program, first, second], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
  const lines = run.stdout.getReader();
  const line = async (): Promise<string> => new TextDecoder().decode((await lines.read()).value);
  const errors = new Response(run.stderr).text();
  if ((await line()) !== "ready\n") throw new Error(`cannot exchange ${first} and ${second}: ${await errors}`);
  let count: Promise<number> | undefined;
  const end = async (): Promise<number> => {
    await run.stdin.end();
    const told = await line();
    if ((await run.exited) !== 0) throw new Error(`exchanging ${first} and ${second} ended: ${await errors}`);
    return Number(told);
  };
  const stop = (): Promise<number> => {
    count ??= end();
    return count;
  };
  return {
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}
