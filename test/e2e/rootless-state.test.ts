/** A state root owned by a user, who cannot bypass permission bits. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { tempDir } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const isUser = process.geteuid?.() !== 0;

test.if(isUser).each([
  ["a directory that its owner may not enter", 0o000, 0o600],
  ["a directory that its owner may not write to", 0o500, 0o600],
  ["a record that its owner may not read", 0o700, 0o000],
])("%s is removed by force", async (_, directory, record) => {
  await using root = await tempDir({ "shut/state.json": { text: "{}", mode: record } });
  await chmod(root.path, 0o700);
  await chmod(join(root.path, "shut"), directory);
  const lamina = (...words: string[]): number => Bun.spawnSync([...runtimeUnderTest().argv, "--root", root.path, ...words]).exitCode;
  expect([lamina("list", "--quiet"), lamina("delete", "--force", "shut")]).toEqual([0, 0]);
  expect(existsSync(join(root.path, "shut"))).toBe(false);
});
