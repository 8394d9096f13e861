/** Impossible command lines: runc's exit status, an error that names the word, and no container. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { headlines } from "../support/headline.ts";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

interface Row {
  readonly words: readonly string[];
  readonly exitCode: number;
  readonly says: readonly RegExp[];
}

const NEEDS_ID = ["create", "start", "state", "delete", "run"];
const usage = (words: readonly string[], ...says: readonly RegExp[]): Row => ({ words, exitCode: 1, says });

const ROWS: readonly Row[] = [
  ...NEEDS_ID.map((verb) => usage([verb], new RegExp(verb), /argument|<id>|\bid\b/)),
  ...NEEDS_ID.map((verb) => usage([verb, "one", "two"], new RegExp(verb), /argument/)),
  usage(["kill"], /kill/, /argument|\bid\b/),
  usage(["kill", "one", "TERM", "three"], /kill/, /argument/),
  usage(["list", "extra"], /list/, /argument/),
  usage(["create", "--nonsense", "one"], /nonsense/),
  usage(["state", "-x", "one"], /-x/),
  usage(["--nonsense", "list"], /nonsense/),
  usage(["create", "--bundle"], /bundle/, /argument|value/),
  usage(["create", "--preserve-fds", "many", "one"], /preserve-fds/, /many/),
  usage(["create", "--preserve-fds=-1", "one"], /-1/),
  usage(["--log-format", "xml", "list"], /log-?format/, /xml/),
  usage(["list", "--format", "xml"], /format/, /xml/),
  usage(["--log", "/no/such/directory/log", "list"], /no such file or directory/),
  { words: ["frobnicate"], exitCode: 3, says: [/frobnicate/] },
  { words: ["frobnicate", "one", "--two"], exitCode: 3, says: [/frobnicate/] },
];

for (const { words, exitCode, says } of ROWS) {
  test.if(requires("root"))(`[C18] ${JSON.stringify(words.join(" "))} exits with ${exitCode} and says why in one sentence`, async () => {
    await using box = await sandbox({});
    const outcome = await box.call(words);
    for (const part of says) expect(outcome.stderr).toMatch(part);
    expect({
      exitCode: outcome.exitCode,
      stdout: outcome.stdout,
      headlines: headlines(outcome.stderr).length,
      left: box.leftovers(),
    }).toEqual({
      exitCode,
      stdout: "",
      headlines: 1,
      left: [],
    });
  });
}

test.if(requires("root"))("[C25] kill refuses a signal that does not exist, and the container goes on", async () => {
  await using box = await sandbox({});
  await box.create();
  for (const signal of ["NONSENSE", "SIGNONSENSE", "0x9", "-9", "99999", "9x"]) {
    const outcome = await box.call(["kill", "--", box.id, signal]);
    expect({ signal, exitCode: outcome.exitCode, says: /signal/i.test(outcome.stderr) }).toEqual({ signal, exitCode: 1, says: true });
  }
  expect(await box.status()).toBe("created");
});

test.if(requires("root"))("[C23] start of a running container is refused, and it goes on", async () => {
  await using box = await sandbox({ args: ["/probe", "sleep-until-signal"] });
  const created = await box.create();
  await box.must(["start", box.id]);
  await created.shows("waiting");
  const outcome = await box.call(["start", box.id]);
  expect({ exitCode: outcome.exitCode, says: outcome.stderr }).toEqual({ exitCode: 1, says: expect.stringContaining("cannot start") });
  expect(await box.status()).toBe("running");
});

test.if(requires("root"))("[C23] [C25] start and kill of a stopped container are refused", async () => {
  await using box = await sandbox({});
  await box.create();
  await box.must(["start", box.id]);
  await box.reaches("stopped");
  expect(await box.call(["start", box.id])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("cannot start") });
  expect(await box.call(["kill", box.id, "TERM"])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("container not running") });
});

test.if(requires("root"))("[C27] delete of a running container is refused, and it goes on", async () => {
  await using box = await sandbox({ args: ["/probe", "sleep-until-signal"] });
  await box.create();
  await box.must(["start", box.id]);
  const outcome = await box.call(["delete", box.id]);
  const says = `cannot delete container ${box.id} that is not stopped: running`;
  expect(outcome).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
  expect(await box.status()).toBe("running");
});
