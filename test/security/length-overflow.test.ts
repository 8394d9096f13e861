/**
 * Class: a length that overflows in the message from the runtime to what it starts (runc CVE-2021-43784: 65,536 bytes of id mappings became a
 * short one, and what followed was read as other options). Long values arrive whole, or are refused; no part of them is misread.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { DEFAULT, formed, USER_NAMESPACE } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const LENGTHS = [0xff, 0x100, 0xffff, 0x1_0000, 0x1_0001, 0x10_0000];

test.if(root)("the program gets arguments and variables of any length whole", async () => {
  for (const length of LENGTHS.filter((one) => one < 0x2_0000)) {
    const long = "a".repeat(length);
    await using container = await formed(DEFAULT, {
      args: ["/probe", "env", "args", long],
      config: { process: { env: [`LONG=${long}`, "HOME=/"] } },
    });
    const { exitCode, stdout } = await container.run();
    expect([length, exitCode, stdout === `env LONG=${long}\nenv HOME=/\narg ${long}\n`]).toEqual([length, 0, true]);
  }
});

test.if(root)("overlong paths of namespaces, mounts and masks are refused, and the container does not start", async () => {
  for (const length of LENGTHS.filter((one) => one > 4096)) {
    const path = `/${"n/".repeat(length / 2)}`;
    for (const config of [
      { linux: { namespaces: [{ type: "mount" }, { type: "pid", path }] } },
      { mounts: [{ destination: path, type: "tmpfs", source: "tmpfs" }] },
      { mounts: [{ destination: "/tmp", type: "bind", source: path, options: ["bind"] }] },
      { linux: { maskedPaths: [path] } },
      { linux: { readonlyPaths: [path] } },
      { process: { cwd: path } },
    ]) {
      await using container = await formed(DEFAULT, { args: ["/probe", "say", "ran"], config });
      const { exitCode, stdout } = await container.run();
      expect([Object.keys(config), length, exitCode, stdout]).toEqual([Object.keys(config), length, 1, ""]);
    }
  }
});

test.if(root)("more id mappings than the kernel takes are refused, and as many as it takes all arrive", async () => {
  const mappings = (count: number): object[] =>
    Array.from({ length: count }, (_, i) => ({ containerID: i, hostID: 200_000 + 2 * i, size: 1 }));
  for (const [count, exitCode] of [
    [200, 0],
    [341, 1],
    [5000, 1],
  ] as const) {
    const linux = { uidMappings: mappings(count), gidMappings: mappings(count) } as never;
    await using container = await formed(USER_NAMESPACE, { args: ["/probe", "read", "/proc/self/uid_map"], config: { linux } });
    const outcome = await container.run();
    expect([count, outcome.exitCode]).toEqual([count, exitCode]);
  }
});
