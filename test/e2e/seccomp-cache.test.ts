/** Compiled filters are kept for the containers to come; compiling one takes libseccomp. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Recipe } from "../support/bundle.ts";
import { canFilter, forbids, number, recipe } from "../support/filtered.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const SYNC = number("sync");

describe("what was compiled", () => {
  const wish = (args: readonly string[]): Recipe => recipe({ args, seccomp: forbids("sync", "SCMP_ACT_ERRNO") });
  const explained = async (box: Sandbox): Promise<string> => {
    const { stdout } = await box.must(["explain", "--bundle", box.path]);
    return /default SCMP_ACT_ALLOW, 1 rule with 1 name,\s+(compiled now|from the cache)/.exec(stdout.replace(/\n +/g, " "))?.[1] ?? stdout;
  };

  test.if(canFilter)("is kept for the next container, and explain says which it is", async () => {
    await using box = await sandbox(wish(["call", String(SYNC)]));
    expect(await explained(box)).toBe("compiled now");
    expect(await explained(box)).toBe("compiled now"); // it only looks
    for (let run = 0; run < 2; run++) {
      expect((await box.must(["run", "--bundle", box.path, box.id])).stdout).toBe(`call ${SYNC} EPERM\n`);
      expect(await explained(box)).toBe("from the cache");
    }
    expect((await box.must(["list", "--quiet"])).stdout).toBe("");
  });

  /** In a mount namespace without a usable libseccomp. */
  const HIDDEN = [
    "unshare",
    "--mount",
    "sh",
    "-c",
    'for f in $(ldconfig -p | sed -n "s/.*=> //;/libseccomp.so.2$/p"); do mount --bind /dev/null $f; done; exec "$@"',
    "sh",
  ];

  test.if(canFilter && requires("glibc"))(
    "takes libseccomp: without it there is one clear error, and containers without a filter run",
    async () => {
      await using box = await sandbox(wish(["true"]));
      const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id], { prefix: HIDDEN });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /^cannot compile the system call filter: .*libseccomp\.so\.2: .*\n {2}hint: install the package libseccomp2 \(Debian, Ubuntu\)/,
      );
      await using free = await sandbox({ args: ["/probe", "say", "hello"] });
      expect((await free.must(["run", "--bundle", free.path, free.id], { prefix: HIDDEN })).stdout).toBe("hello\n");
    },
  );
});
