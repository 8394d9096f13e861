/** A user's store has files that not even their owner may read: they are what they are in containers, and lamina reads them all the same. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chown, copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { requires, staticBusybox } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { type Outcome, spawn } from "../support/spawn.ts";
import { tempDir } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const USER = 65534;
const AS_USER = ["setpriv", "--reuid", String(USER), "--regid", String(USER), "--clear-groups"];

test.if(requires("root", "busybox", "user-namespace", "cgroupfs-driver"))(
  "import, verify, run, commit and export take files and directories of any mode",
  async () => {
    await using directory = await tempDir();
    const [tree, home] = [join(directory.path, "tree"), join(directory.path, "home")];
    await mkdir(join(tree, "bin"), { recursive: true });
    await mkdir(home);
    await chown(home, USER, USER);
    await copyFile(staticBusybox() ?? "", join(tree, "bin/busybox"));
    const make =
      "cd tree && echo secret > shadow && chmod 0 shadow && mkdir closed && echo in > closed/f && chmod 0300 closed && tar -cf ../tree.tar .";
    expect(Bun.spawnSync(["sh", "-ec", make], { cwd: directory.path }).success).toBe(true);
    const roots = ["--root", join(home, "state"), "--image-root", join(home, "store")];
    const call = async (...words: string[]): Promise<Outcome> => {
      const env = { PATH: process.env.PATH ?? "", HOME: home, XDG_RUNTIME_DIR: home };
      return (await spawn(home, [...AS_USER, ...runtimeUnderTest().argv, ...roots, ...words], { env })).ended;
    };
    const must = async (...words: string[]): Promise<string> => {
      const { exitCode, stdout, stderr } = await call(...words);
      if (exitCode !== 0) throw new Error(`${words.join(" ")}: ${stderr}`);
      return stdout;
    };
    await must("image", "import", join(directory.path, "tree.tar"), "base");
    expect(await must("image", "verify")).toContain("1 unpacked layers are as they should be");
    const show = [
      "/bin/busybox",
      "sh",
      "-c",
      "cd /; stat -c '%a %n' shadow closed closed/f; cat shadow; echo new > own; chmod 0 own; mkdir -m 300 shut",
    ];
    const shown = "0 shadow\n300 closed\n644 closed/f\nsecret\n";
    const names = ["overlay", "vfs"].map((driver) => `${driver}-${crypto.randomUUID().slice(0, 8)}`);
    for (const name of names) {
      expect(await must("run", "--image", "base", "--driver", name.slice(0, name.indexOf("-")), name, "--", ...show)).toBe(shown);
      expect((await must("diff", name)).split("\n")).toContain("A /own");
      await must("export", name, join(home, `${name}.tar`));
      const listed = Bun.spawnSync(["tar", "-tvf", join(home, `${name}.tar`)]).stdout.toString();
      for (const line of [/^-{10} 0\/0 .* shadow$/m, /^d-wx-{6} 0\/0 .* closed\/$/m, /^-rw-r--r-- .* closed\/f$/m, /^-{10} .* own$/m])
        expect(listed).toMatch(line);
    }
    await must("commit", names[0] ?? "", "made");
    await must("image", "export", "--format", "rootfs", "made", join(home, "made.tar"));
    expect(Bun.spawnSync(["tar", "-xOf", join(home, "made.tar"), "own", "shadow"]).stdout.toString()).toContain("new\n");
    expect((await call("image", "verify")).exitCode).toBe(0);
  },
);
