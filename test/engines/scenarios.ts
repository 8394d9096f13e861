/**
 * The same scenarios for each runtime: with LAMINA_ENGINES=all (`npm run test:engines`) runc shows what this machine can do, and
 * lamina must do it too; otherwise lamina alone, without the scenarios that take long.
 */
import { afterAll, beforeAll, describe, setDefaultTimeout, test } from "bun:test";
import { requires } from "../support/requires.ts";
import { peer, runtimeUnderTest } from "../support/runtimes.ts";

export type Scenario<Engine> = (engine: Engine) => Promise<void>;
export type Scenarios<Engine> = Readonly<Record<string, Scenario<Engine>>>;

export interface EngineTests<Engine> {
  readonly engine: string;
  readonly isThere: boolean;
  /** Starts the engine with a runtime, given by name and path. */
  readonly open: (runtime: EngineRuntime) => Promise<Engine>;
  readonly scenarios: Scenarios<Engine>;
  /** More of them, which take long. */
  readonly slow?: Scenarios<Engine>;
  /** The same, of what runc cannot do. */
  readonly beyond?: Scenarios<Engine>;
  /** Run after all others. */
  readonly last?: Scenarios<Engine>;
}

/** `each` for the numbers below `count`, so many of them at a time. Returns what they return, in order. */
export async function atATime<T>(most: number, count: number, each: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      results[index] = await each(index);
    }
  };
  await Promise.all(Array.from({ length: most }, worker));
  return results;
}

export interface EngineRuntime {
  readonly name: string;
  readonly path: string;
}

const COMPLETE = process.env.LAMINA_ENGINES === "all";
const TIMEOUT = 300_000;

export function testEngine<Engine extends AsyncDisposable>(tests: EngineTests<Engine>): void {
  setDefaultTimeout(TIMEOUT);
  const slow: Scenarios<Engine> = { ...tests.slow, ...tests.beyond };
  const table = { ...tests.scenarios, ...slow, ...tests.last };
  const isRun = (name: string): boolean => tests.isThere && (slow[name] === undefined || requires("all-scenarios"));
  const names = new Map(Object.keys(table).map((name) => [name, isRun(name)]));
  for (const runtime of runtimes()) {
    describe(`${tests.engine} with ${runtime.name}`, () => {
      let engine: Engine | undefined;
      beforeAll(async () => {
        if ([...names.values()].includes(true)) engine = await tests.open(runtime);
      });
      afterAll(async () => engine?.[Symbol.asyncDispose]());
      const isPossible = (name: string): boolean => runtime.name !== "runc" || tests.beyond?.[name] === undefined;
      for (const [name, scenario] of Object.entries(table).filter(([name]) => isPossible(name)))
        test.if(names.get(name) === true)(name, async () => {
          if (engine === undefined) throw new Error(`${tests.engine} did not start`);
          await scenario(engine);
        });
    });
  }
}

function runtimes(): EngineRuntime[] {
  const ours = { name: "lamina", path: runtimeUnderTest().argv[0] ?? "" };
  const reference = COMPLETE ? peer("runc")?.argv[0] : undefined;
  return reference === undefined ? [ours] : [{ name: "runc", path: reference }, ours];
}
