/** A compiled filter is kept between containers: whoever could put another in its place would choose what they may call. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, chownSync, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { callNumber } from "../../src/sys/library/libseccomp.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "seccomp", "libseccomp");
const SYNC = possible ? callNumber("sync") : 0;

async function boxWith(action: string): Promise<Sandbox> {
  const seccomp = { defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: ["sync"], action }] };
  return sandbox({ args: ["/probe", "call", String(SYNC)], config: { linux: { seccomp } } });
}

const runs = async (box: Sandbox): Promise<string> => (await box.must(["run", "--bundle", box.path, box.id])).stdout;
const directoryOf = (box: Sandbox): string => join(box.stateRoot, "@filters");
const fileOf = (box: Sandbox): string => join(directoryOf(box), readdirSync(directoryOf(box))[0] ?? "");

/** Each puts what an attacker has in the place of the kept filter. */
const ATTACKS: Readonly<Record<string, (box: Sandbox, other: string) => void>> = {
  "the sound file of another profile under its name": (box, other) => copyFileSync(other, fileOf(box)),
  "a file of another user": (box) => chownSync(fileOf(box), 65534, 65534),
  "a directory of another user": (box) => chownSync(directoryOf(box), 65534, 65534),
  "a directory that others can write to": (box) => chmodSync(directoryOf(box), 0o777),
  "a link to another directory": (box) => {
    renameSync(directoryOf(box), join(box.host, "filters"));
    symlinkSync(join(box.host, "filters"), directoryOf(box));
  },
  "a link to another file": (box, other) => {
    const file = fileOf(box);
    rmSync(file);
    symlinkSync(other, file);
  },
  "a FIFO that nobody writes to": (box) => {
    const file = fileOf(box);
    rmSync(file);
    if (!Bun.spawnSync(["mkfifo", "--mode=600", file]).success) throw new Error("mkfifo failed");
  },
  "a file that was cut": (box) => truncateSync(fileOf(box), 300),
  "a file without an end": (box) => truncateSync(fileOf(box), 2 ** 40),
  "a directory in place of the file": (box) => {
    const file = fileOf(box);
    rmSync(file);
    mkdirSync(file);
  },
};

for (const [what, attack] of Object.entries(ATTACKS)) {
  test.if(possible)(`the filter that config.json asks for holds despite ${what}`, async () => {
    await using lax = await boxWith("SCMP_ACT_LOG");
    await using box = await boxWith("SCMP_ACT_ERRNO");
    expect([await runs(lax), await runs(box)]).toEqual([`call ${SYNC} made\n`, `call ${SYNC} EPERM\n`]);
    attack(box, fileOf(lax));
    expect([await runs(box), await runs(box)]).toEqual([`call ${SYNC} EPERM\n`, `call ${SYNC} EPERM\n`]);
  });
}
