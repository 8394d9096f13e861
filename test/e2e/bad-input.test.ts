/** Bad bundles and bad ids: exit status 1, one clear error in the words that engines match on, and nothing left behind. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fillIn } from "../support/bundle.ts";
import { headlines, lastError } from "../support/headline.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import type { Outcome } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import type { BadBundle } from "./bad/case.ts";
import { BAD_FILES } from "./bad/files.ts";
import { REFUSED_BY_KERNEL } from "./bad/kernel.ts";
import { BAD_VALUES } from "./bad/values.ts";

setDefaultTimeout(TEST_TIMEOUT);

const AREAS = { files: BAD_FILES, values: BAD_VALUES, kernel: REFUSED_BY_KERNEL };

for (const [area, cases] of Object.entries(AREAS)) {
  describe(area, () => {
    for (const subject of cases) {
      test.if(requires("root"))(`[C16] ${subject.title} is refused with one clear error, and nothing stays`, async () => {
        await using box = await badBox(subject);
        const flags = (subject.flags ?? []).map((flag) => fillIn(flag, box));
        const log = join(box.host, "log.json");
        await writeFile(log, "");
        await chmod(log, 0o666);
        const words = ["create", "--bundle", box.path, "--pid-file", join(box.host, "pid"), ...flags, box.id];
        const outcome = await box.call(["--log", log, "--log-format", "json", ...words], { prefix: subject.prefix ?? [] });
        requireOneError(outcome, box, subject.says);
        requireWords(lastError(await readFile(log, "utf8")), box, subject.says);
        expect({ left: box.leftovers(), pidFile: existsSync(join(box.host, "pid")) }).toEqual({ left: [], pidFile: false });
      });
    }
  });
}

test.if(requires("root"))("several bad values are all told at once, and the log has them too", async () => {
  await using box = await sandbox({
    config: { process: { cwd: "tmp", user: { uid: -1, gid: 0 } }, linux: { rootfsPropagation: "public" } },
  });
  const log = join(box.host, "log.json");
  const outcome = await box.call(["--log", log, "--log-format", "json", "create", "--bundle", box.path, box.id]);
  for (const told of [outcome.stderr, lastError(await readFile(log, "utf8"))]) {
    for (const place of ["/process/cwd", "/process/user/uid", "/linux/rootfsPropagation"]) expect(told).toContain(place);
  }
});

describe("ids", () => {
  const INVALID = ["../x", "", "a/b", ".", "..", "/", "a b", "a\nb", "ü", "a:b", "a".repeat(2000), "*", "$(id)"];

  for (const id of INVALID) {
    const shown = JSON.stringify(id.slice(0, 20));
    test.if(requires("root"))(`[C20] create refuses the id ${shown} and makes nothing`, async () => {
      await using box = await sandbox({});
      const before = await everything(box);
      const outcome = await box.call(["create", "--bundle", box.path, "--", id]);
      requireOneError(outcome, box, [/container.id/i]);
      expect({ files: await everything(box), left: box.leftovers() }).toEqual({ files: before, left: [] });
    });
  }

  for (const verb of ["start", "state", "kill", "delete"]) {
    test.if(requires("root"))(`${verb} refuses the id ../victim and touches nothing`, async () => {
      await using box = await sandbox({ host: { "victim/state.json": "{}" } });
      const id = "../host/victim";
      const outcomes = await Promise.all([box.call([verb, id]), box.call([verb, ""])]);
      for (const outcome of outcomes) requireOneError(outcome, box, [/container.id/i]);
      expect(await box.hostFile("victim/state.json")).toBe("{}");
    });
  }

  test.if(requires("root"))("delete --force refuses an id that leads out of the state directory", async () => {
    await using box = await sandbox({ host: { "victim/state.json": "{}" } });
    const outcome = await box.call(["delete", "--force", "../host/victim"]);
    requireOneError(outcome, box, [/container.id/i]);
    expect(await box.hostFile("victim/state.json")).toBe("{}");
  });

  test.if(requires("root"))("[C3] [C20] a second container with the same id is refused, and the first goes on", async () => {
    await using box = await sandbox({});
    await box.create();
    const before = await box.state();
    for (const verb of ["create", "run"]) {
      requireOneError(await box.call([verb, "--bundle", box.path, box.id]), box, ["container with given ID already exists"]);
    }
    expect(await box.state()).toEqual(before);
  });

  test.if(requires("root"))(
    "[C18] [C23] [C25] [C27] commands for an id that nobody has say that the container does not exist",
    async () => {
      await using box = await sandbox({});
      for (const verb of ["start", "state", "kill", "delete"]) {
        requireOneError(await box.call([verb, box.id]), box, ["container does not exist"]);
      }
    },
  );

  test.if(requires("root"))("delete --force of an id that nobody has is no error", async () => {
    await using box = await sandbox({});
    expect(await box.call(["delete", "--force", box.id])).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });
});

async function badBox(subject: BadBundle): Promise<Sandbox> {
  const box = await sandbox(subject);
  if (subject.text !== undefined) await writeFile(join(box.path, "config.json"), subject.text);
  await subject.damage?.(box);
  return box;
}

function requireOneError(outcome: Outcome, box: Sandbox, says: readonly (string | RegExp)[]): void {
  requireWords(outcome.stderr.replaceAll('\\"', '"'), box, says); // runc quotes its messages on standard error
  expect({ exitCode: outcome.exitCode, stdout: outcome.stdout, headlines: headlines(outcome.stderr).length }).toEqual({
    exitCode: 1,
    stdout: "",
    headlines: 1,
  });
}

function requireWords(message: string, box: Sandbox, says: readonly (string | RegExp)[]): void {
  for (const part of says) {
    if (typeof part === "string") expect(message).toContain(fillIn(part, box));
    else expect(message).toMatch(part);
  }
}

/** Every file of the test, wherever an id might have led. */
async function everything(box: Sandbox): Promise<string[]> {
  const names = await readdir(box.directory, { recursive: true });
  return names.filter((name) => !name.startsWith("calls") && name !== "state").sort();
}
