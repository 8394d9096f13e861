/**
 * Class: an image file that the runtime reads is something else (docker cp CVE-2018-15664, storage CVE-2024-9676). For HOME init
 * reads /etc/passwd: never a host file, nothing endless, and nothing that the container's user may not read.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmod, mkdir, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT, FORMS, formed } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const SECRET = "x:y:0:0:secret:SECRET-OF-THE-HOST:z\nu:y:1000:0:secret:SECRET-OF-THE-HOST:z\n";
const SHOW_HOME = { args: ["/probe", "env"], config: { process: { env: ["PATH=/"] } } } as const;
const HOME = { exitCode: 0, stdout: "env PATH=/\nenv HOME=/\n" };

for (const form of FORMS) {
  test.if(root)(`a passwd file that is a link to the host's files gives no home, ${form.name}`, async () => {
    await using container = await formed(form, { ...SHOW_HOME, host: { secret: SECRET } });
    const secret = join(container.box.host, "secret");
    const passwd = join(container.box.rootfs, "etc/passwd");
    const ways = [...[3, 4, 5, 6, 7, 8].map((fd) => `/proc/self/fd/${fd}/../../../../../..${secret}`), `/proc/1/root${secret}`, secret];
    for (const way of ways) {
      await rm(passwd);
      await symlink(way, passwd);
      const { exitCode, stdout } = await container.run();
      expect({ way, exitCode, stdout }).toEqual({ way, ...HOME });
    }
  });
}

const PASSWD: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  "a pipe that nobody writes to": async (path) => Bun.spawnSync(["mkfifo", path]),
  "a device that never ends": async (path) => Bun.spawnSync(["mknod", "-m", "666", path, "c", "1", "5"]),
  "a link to such a device": (path) => symlink("/dev/zero", path),
  "a directory": (path) => mkdir(path),
  "a link to itself": (path) => symlink("passwd", path),
  "larger than any honest one": async (path) => {
    await writeFile(path, "root:x:0:0::/found:/\n");
    await truncate(path, 1 << 30);
  },
  "a link into procfs that is followed for others": (path) => symlink("/proc/self/exe", path),
};

for (const [what, make] of Object.entries(PASSWD)) {
  test.if(root)(`a passwd file that is ${what} gives no home, and does not prevent the program from starting`, async () => {
    await using container = await formed(DEFAULT, SHOW_HOME);
    const passwd = join(container.box.rootfs, "etc/passwd");
    await rm(passwd);
    await make(passwd);
    const { exitCode, stdout } = await container.run();
    expect({ exitCode, stdout }).toEqual(HOME);
  });
}

test.if(root)("a passwd file that the container's user may not read reveals nothing", async () => {
  const user = { user: { uid: 1000, gid: 1000 }, capabilities: null, env: ["PATH=/"] };
  await using container = await formed(DEFAULT, { args: ["/probe", "env"], config: { process: user } });
  const passwd = join(container.box.rootfs, "etc/passwd");
  const { stdout } = await container.run();
  await chmod(passwd, 0o600);
  const { stdout: closed } = await container.run();
  expect([stdout, closed]).toEqual(["env PATH=/\nenv HOME=/home/user\n", "env PATH=/\nenv HOME=/\n"]);
});
