/**
 * Class: the keys of whoever restores a container. Its processes come from CRIU, which has its session keyring from its caller; as a new container, a
 * restored one has a session keyring of its own. Hooks have the caller's keys, as ever.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { shellBox, WITH_CRIU } from "../support/criu.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";
import { userBox } from "../support/userns-criu.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "busybox", "criu", "cgroups", "user-namespace", "mount-setattr");

/** Says once more what keys there are whenever the host asks for it. */
const TELLING = `n=0; while :; do
  if [ -e /host/ask$n ]; then
    /probe session-keyring read-key secret add-key own x read-key own > /host/new; busybox mv /host/new /host/told$n; n=$((n+1))
  fi
  busybox sleep 0.02
done`;

test.if(possible).each([
  ["a container", shellBox],
  ["a container with a user namespace", userBox],
] as const)("%s has none of the caller's keys when it is restored", async (_, boxOf) => {
  const hook = { path: "/bin/sh", args: ["sh", "-c", "@PROBE@ read-key secret >> @HOST@/hook"] };
  await using box = await boxOf({ script: TELLING, config: { hooks: { createRuntime: [hook] } } });
  chmodSync(join(box.host, "probe"), 0o755);
  const there = {
    ...WITH_CRIU,
    prefix: [join(box.host, "probe"), "join-keyring", "callers", "add-key", "secret", "SECRET-OF-THE-CALLER", "become"],
  };
  const call = async (...words: string[]): Promise<void> => {
    const { exitCode, stderr } = await box.call([...words, box.id], there);
    expect([words[0], exitCode, stderr]).toEqual([words[0], 0, ""]);
  };
  const told = async (n: number): Promise<string> => {
    await Bun.write(join(box.host, `ask${n}`), "");
    await until(`${box.id} tells its keys`, async () => (await box.hostFile(`told${n}`)) !== "");
    return (await box.hostFile(`told${n}`)).replace(/in \d+/, "in N");
  };
  await call("run", "--detach", "--bundle", box.path);
  const before = await told(0);
  await call("checkpoint", "--image-path", join(box.directory, "images"));
  await call("restore", "--detach", "--bundle", box.path, "--image-path", join(box.directory, "images"));
  expect([before, await told(1)]).toEqual([before, before]);
  expect(before).toBe("session-keyring keyring;0;0;3f000000;_ses\nread-key secret ENOKEY\nadd-key ok in N\nread-key own ok x\n");
  expect(await box.hostFile("hook")).toBe("read-key secret ok SECRET-OF-THE-CALLER\n".repeat(2));
});
