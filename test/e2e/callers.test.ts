/** Callers in unusual circumstances: ignored signals, a deleted working directory, a stopped init. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const WAITING = { args: ["/probe", "sleep-until-signal"] } as const;
const root = requires("root");
/** Runs the rest of the words in a deleted directory. */
const FROM_NOWHERE = ["sh", "-c", 'd=$(mktemp -d) && cd "$d" && rmdir "$d" && exec "$@"', "sh"];
const MORE_THAN_WAIT_IN_LINE = 20;

test.if(root)("create works for a caller that ignores SIGCHLD", async () => {
  await using box = await sandbox({ ...WAITING, config: { hooks: { createRuntime: [{ path: "/bin/true" }] } } });
  await box.create([], { prefix: ["env", "--ignore-signal=CHLD"] });
  expect(await box.status()).toBe("created");
});

test.if(root)("relative paths from a deleted directory give an error, not a stack", async () => {
  await using box = await sandbox(WAITING);
  const bundle = ["--bundle", box.path];
  const calls = [
    ["--root", "relative", "list"],
    ["--log", "relative", "list"],
    ["create", box.id],
    ["check"],
    ["explain"],
    ["create", ...bundle, "--pid-file", "relative", box.id],
  ];
  for (const words of calls) {
    const { exitCode, stderr } = await box.call(words, { prefix: FROM_NOWHERE });
    const [message, ...details] = stderr.trimEnd().split("\n");
    expect({ words, exitCode, message, lines: details.length }).toEqual({
      words,
      exitCode: 1,
      message: "cannot find the working directory: getcwd: no such file or directory",
      lines: 1,
    });
  }
  await box.must(["create", ...bundle, box.id], { prefix: FROM_NOWHERE });
});

test.if(root)("state and delete --force do not hang while init is stopped", async () => {
  await using box = await sandbox(WAITING);
  await box.create();
  await box.must(["kill", box.id, "STOP"]);
  for (let i = 0; i < MORE_THAN_WAIT_IN_LINE; i++) expect(await box.status()).toBe("created");
  await box.must(["delete", "--force", box.id]);
  expect(box.leftovers()).toEqual([]);
});
