/** --timeline of a start that fails, and to files that cannot take it. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { INIT, stepsIn } from "../support/trace.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");

describe("a start that fails", () => {
  test.if(root)("is told up to the step that failed", async () => {
    await using box = await sandbox({ args: ["/nowhere"] });
    const file = join(box.directory, "timeline.json");
    const { exitCode } = await box.call(["run", `--timeline=${file}`, "--bundle", box.path, box.id]);
    expect(exitCode).toBe(1);
    const steps = stepsIn(file).filter(({ args }) => args?.failed);
    expect(steps.map(({ args }) => [args?.op, args?.pointer])).toEqual([
      ["await", undefined],
      ["findExecutable", "/process/args/0"],
    ]);
    expect(
      stepsIn(file)
        .filter(({ tid }) => tid === INIT)
        .at(-1)?.args?.op,
    ).toBe("findExecutable");
    const shown = await box.must(["explain", "--timeline", file]);
    expect(shown.stdout).toStartWith(`Timeline of run ${box.id}: it failed after `);
  });

  test.if(root)("tells it before the error, also of start and exec", async () => {
    await using box = await sandbox({ args: ["/script"], rootfs: { script: { text: "#!/nowhere\n", mode: 0o755 } } });
    await box.create();
    const started = await box.call(["start", "--timeline", box.id]);
    expect(started.exitCode).toBe(1);
    expect(started.stderr).toStartWith(`Timeline of start ${box.id}: it failed after `);
    expect(started.stderr).toMatch(/^ +i\d+ execute \/script \[failed\]/m);
    expect(started.stderr.trimEnd().split("\n").at(-1)).not.toStartWith("Timeline");
    expect(started.stderr).toContain("\nlamina start failed: ");
    const executed = await box.call(["exec", "--timeline", box.id, "/nowhere"]);
    expect(executed.exitCode).toBe(255);
    expect(executed.stderr).toStartWith(`Timeline of exec ${box.id}: it failed after `);
  });

  test.if(root)("on the host shows how far that came", async () => {
    const hook = { path: "/bin/false" };
    await using box = await sandbox({ config: { hooks: { createRuntime: [hook] } } });
    const file = join(box.directory, "timeline.json");
    expect((await box.call(["create", `--timeline=${file}`, "--bundle", box.path, box.id])).exitCode).toBe(1);
    expect(
      stepsIn(file)
        .filter(({ args }) => args?.failed)
        .map(({ args }) => args?.op),
    ).toEqual(["runHook"]);
    expect(
      stepsIn(file)
        .filter(({ tid }) => tid === INIT)
        .at(-1)?.args,
    ).toMatchObject({ op: "sync", wait: true });
  });
});

test.if(root)("a start whose init is killed is told as far as it came", async () => {
  const hook = { path: "/bin/sh", args: ["sh", "-c", `kill -9 $(sed -E 's/.*"pid": ?([0-9]+).*/\\1/')`] };
  await using box = await sandbox({ config: { hooks: { createRuntime: [hook] } } });
  const file = join(box.directory, "timeline.json");
  expect((await box.call(["create", `--timeline=${file}`, "--bundle", box.path, box.id])).exitCode).toBe(1);
  const init = stepsIn(file).filter(({ tid }) => tid === INIT);
  expect(init.length).toBeGreaterThan(20);
  expect(init.at(-1)?.args).toMatchObject({ op: "sync", wait: true });
});

describe("a file", () => {
  test.if(root)("that cannot be written is an error before anything is done", async () => {
    await using box = await sandbox({ args: ["/probe", "exit", "0"] });
    for (const target of ["/nowhere/timeline.json", box.directory, "json:"]) {
      const { exitCode, stderr } = await box.call(["run", `--timeline=${target}`, "--bundle", box.path, box.id]);
      expect([exitCode, stderr.includes("timeline") || stderr.includes(target)]).toEqual([1, true]);
      expect(existsSync(box.stateRoot)).toBe(false);
    }
  });

  test.if(root)("that takes nothing is warned of, as the program runs already", async () => {
    await using box = await sandbox({ args: ["/probe", "exit", "3"] });
    const { exitCode, stderr } = await box.call(["run", "--timeline=/dev/full", "--bundle", box.path, box.id]);
    expect(exitCode).toBe(3);
    expect(stderr).toStartWith("warning: cannot write /dev/full: no space left");
  });

  test.if(root)("is the caller's alone: nothing of it is open in the container", async () => {
    await using box = await sandbox({ args: ["/probe", "fds"] });
    const file = join(box.directory, "timeline.json");
    expect((await box.must(["run", `--timeline=${file}`, "--bundle", box.path, box.id])).stdout).toBe("fds 0 1 2\n");
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });

  test("that is no timeline is refused", async () => {
    await using box = await sandbox({});
    const { exitCode, stderr } = await box.call(["explain", "--timeline", join(box.path, "config.json")]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("it is no timeline that lamina has written");
  });
});
