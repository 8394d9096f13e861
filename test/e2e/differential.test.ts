/**
 * The same bundle gives the same visible result under lamina, runc and crun.
 *
 * If a peer is not installed, test/e2e/golden stands in for it: the results recorded with the versions below;
 * UPDATE=1 records them again. So it does on an emulated machine, where filters kill threads of runc's own that are late.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { requires } from "../support/requires.ts";
import { inComparableEnvironment, type PeerName, peer, peerVersion, runtimeUnderTest } from "../support/runtimes.ts";
import { difference, hasOwnTemporaryMount, portable, show } from "../support/shown.ts";
import { SLOWNESS, TEST_TIMEOUT, until } from "../support/until.ts";
import { CORPUS } from "./corpus/all.ts";
import type { Case, Shown } from "./corpus/case.ts";
import { readGolden, writeGolden } from "./golden.ts";

setDefaultTimeout(TEST_TIMEOUT);

/** The versions that the corpus's `differs` and the golden results refer to. */
const RECORDED = { runc: "1.1.5", crun: "1.8.1" } as const satisfies Record<PeerName, string>;

const seen = new Map<string, Promise<Shown>>();

for (const [area, cases] of Object.entries(CORPUS)) {
  describe(area, async () => {
    const golden = await readGolden(area);

    for (const subject of cases) {
      test.if(requires("root", ...(subject.needs ?? [])))(subject.title, async () => {
        const expected = await shownByPeers(subject);
        const { shown, stderr } = await show(subject, inComparableEnvironment(runtimeUnderTest()));
        const actual = expected === undefined ? portable(shown) : shown;
        const wanted = expected ?? golden[subject.title];
        if (!Bun.deepEquals(actual, wanted)) process.stderr.write(`standard error was: ${stderr}\n`);
        expect(wanted === undefined ? "no recorded result; record it with UPDATE=1" : actual).toEqual(wanted ?? actual);
      });
    }

    test(`every bundle of the area ${area} has a recorded result, and every recorded result a bundle`, async () => {
      const recorded = process.env.UPDATE === "1" ? await writeGolden(area, await record(cases)) : golden;
      expect(Object.keys(recorded)).toEqual(cases.map(({ title }) => title));
    });
  });
}

describe("the peers", () => {
  const comparable = requires("root", "runc", "crun") && isFast() && asRecorded();

  for (const subject of Object.values(CORPUS).flat()) {
    test.if(comparable && requires(...(subject.needs ?? [])))(`differ only as the corpus says: ${subject.title}`, async () => {
      const [runc, crun] = await Promise.all([showPeer(subject, "runc"), showPeer(subject, "crun")]);
      const { follow } = subject;
      if (follow?.as === "specification") {
        expect([runc, crun]).not.toEqual([follow.shows, follow.shows]); // otherwise the bundle need not follow either
      } else {
        const [right, wrong] = follow?.as === "crun" ? [crun, runc] : [runc, crun];
        const expected = hasOwnTemporaryMount() ? (follow?.elsewhere ?? follow?.differs) : follow?.differs;
        const differsIn = (other: Shown): boolean => Bun.deepEquals(difference(portable(right), portable(other)), [...(expected ?? [])]);
        const again = (): Promise<Shown> => runPeer(subject, follow?.as === "crun" ? "runc" : "crun");
        if (follow?.wavers) await until("they differ as the corpus says", async () => differsIn(await again()));
        else expect(difference(portable(right), portable(wrong))).toEqual([...(expected ?? [])]);
      }
    });
  }
});

function isFast(): boolean {
  if (SLOWNESS > 1) process.stderr.write("skip: this machine is emulated, and filters kill threads of runc's own that are late\n");
  return SLOWNESS === 1;
}

/** Other versions of the peers differ from each other in unknown places. */
function asRecorded(): boolean {
  const others = (["runc", "crun"] as const).filter((name) => peerVersion(name) !== RECORDED[name]);
  for (const name of others) process.stderr.write(`skip: ${name} is ${peerVersion(name)}, and the corpus speaks of ${RECORDED[name]}\n`);
  return others.length === 0;
}

/** The expected result of the runtime under test; undefined if no peer that could provide it is installed. */
async function shownByPeers(subject: Case): Promise<Shown | undefined> {
  if (subject.follow?.as === "specification") return subject.follow.shows;
  if (SLOWNESS > 1) return undefined;
  const candidates: readonly PeerName[] = subject.follow ? [subject.follow.as] : ["runc", "crun"];
  const installed = candidates.find((name) => peer(name) !== undefined);
  return installed && showPeer(subject, installed);
}

/** A peer's result, computed once. */
function showPeer(subject: Case, name: PeerName): Promise<Shown> {
  const key = `${name} ${subject.title}`;
  const known = seen.get(key) ?? runPeer(subject, name);
  seen.set(key, known);
  return known;
}

async function runPeer(subject: Case, name: PeerName): Promise<Shown> {
  const runtime = peer(name);
  if (runtime === undefined) throw new Error(`${name} is not installed`);
  return (await show(subject, inComparableEnvironment(runtime), { forgiving: true })).shown;
}

async function record(cases: readonly Case[]): Promise<Record<string, Shown>> {
  const results: Record<string, Shown> = {};
  for (const subject of cases) {
    const shown = await shownByPeers(subject);
    if (shown === undefined) throw new Error(`cannot record ${subject.title}: install runc and crun`);
    results[subject.title] = portable(shown);
  }
  return results;
}
