/** Two runtimes at once, and runtimes killed at any moment: what is left is one complete container, or can be removed completely. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { layeredSandbox } from "../support/layered.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const WAITING = { args: ["/probe", "sleep-until-signal"] } as const;
const root = requires("root");
const MOMENTS = 50;

test.if(root)("[C3] of eight runtimes that create the same id at once, one succeeds and the others say that it exists", async () => {
  await using box = await sandbox(WAITING);
  const words = ["create", "--bundle", box.path, box.id];
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => box.call(words)));
  const losers = outcomes.filter(({ exitCode }) => exitCode !== 0);
  expect([losers.length, ...new Set(losers.map(({ stderr }) => stderr.includes("container with given ID already exists")))]).toEqual([
    7,
    true,
  ]);
  expect(await box.status()).toBe("created");
  await box.must(["start", box.id]);
  await box.must(["delete", "--force", box.id]);
  expect(box.leftovers()).toEqual([]);
});

test.if(root)("two runtimes that start the same container at once run its program once", async () => {
  await using box = await sandbox(WAITING);
  const created = await box.create();
  const outcomes = await Promise.all([box.call(["start", box.id]), box.call(["start", box.id])]);
  await created.shows("waiting");
  expect([outcomes.filter(({ exitCode }) => exitCode === 0).length, await created.stdout()]).toEqual([1, "waiting\n"]);
});

test.if(root)("runtimes that delete the same container at once leave nothing, and none hangs", async () => {
  await using box = await sandbox(WAITING);
  await box.create();
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => box.call(["delete", "--force", box.id])));
  expect([outcomes.some(({ exitCode }) => exitCode === 0), box.leftovers()]).toEqual([true, []]);
});

const plain = (): Promise<Sandbox> => sandbox(WAITING);
/** Their init is spawned before anything is recorded, and before the writable layer is claimed. */
const layered = (): Promise<Sandbox> => layeredSandbox({ script: "sleep 1000" });

for (const [verb, from, make] of [
  ["create", "", plain],
  ["run --detach", "", plain],
  ["start", "", plain],
  ["delete --force", "", plain],
  ["create", " from layers", layered],
  ["run --detach", " from layers", layered],
] as const) {
  test.if(root && (make === plain || requires("busybox")))(
    `[C16] whatever is left when ${verb}${from} is killed at any of ${MOMENTS} moments, delete --force removes it completely`,
    async () => {
      const duration = await timeOf(verb, make);
      for (let moment = 0; moment < MOMENTS; moment++) {
        await using box = await make();
        await prepare(box, verb);
        await killAfter(box, verb, (duration * moment) / MOMENTS);
        const removed = await box.call(["delete", "--force", box.id]);
        const seen = { exitCode: removed.exitCode, stderr: removed.stderr, left: box.leftovers() };
        const good = { exitCode: 0, stderr: "", left: [] };
        // if the box cannot be cleared away afterwards either, only that would be reported
        if (!Bun.deepEquals(seen, good)) process.stderr.write(`killed at moment ${moment}: ${JSON.stringify(seen)}\n`);
        expect({ moment, ...seen }).toEqual({ moment, ...good });
        if (make === layered) await box.create(); // nobody has the layer any more
      }
    },
    TEST_TIMEOUT * 5, // for so many containers
  );
}

function wordsOf(box: Sandbox, verb: string): string[] {
  return verb === "create" || verb.startsWith("run") ? [...verb.split(" "), "--bundle", box.path, box.id] : [...verb.split(" "), box.id];
}

async function prepare(box: Sandbox, verb: string): Promise<void> {
  if (verb === "start" || verb.startsWith("delete")) await box.create();
}

/** How long the call takes undisturbed. */
async function timeOf(verb: string, make: () => Promise<Sandbox>): Promise<number> {
  await using box = await make();
  await prepare(box, verb);
  const begin = performance.now();
  await box.must(wordsOf(box, verb));
  return performance.now() - begin;
}

/** The wait is the experiment: where in the runtime's work it ends is random, so that many runs cover many places. */
async function killAfter(box: Sandbox, verb: string, milliseconds: number): Promise<void> {
  const running = await box.start(wordsOf(box, verb));
  const end = performance.now() + milliseconds;
  while (performance.now() < end) await Bun.sleep(0);
  running.kill("SIGKILL");
  await running.ended;
}
