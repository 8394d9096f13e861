/** --pidfd-socket: a descriptor of the container's first process, for whoever asked. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { type Running, spawn } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const WAITING = { args: ["/probe", "sleep-until-signal"] } as const;

test.if(root).each([
  ["create", ["create"]],
  ["run --detach", ["run", "--detach"]],
])("%s sends it, under the name that runc gives it", async (_, verb) => {
  await using box = await sandbox(WAITING);
  const server = await pidfdServer(box);
  await box.must([...verb, "--pidfd-socket", join(box.host, "socket"), "--bundle", box.path, box.id]);
  await server.shows(`pidfd standard ${(await box.state()).pid}\n`);
  await box.must(["kill", box.id, "KILL"]);
  expect((await server.ended).stdout).toEndWith("\nended\n");
});

test.if(root)("run sends it as well, before the program begins", async () => {
  await using box = await sandbox({ args: ["/probe", "true"] });
  const server = await pidfdServer(box);
  await box.must(["run", "--pidfd-socket", join(box.host, "socket"), "--bundle", box.path, box.id]);
  expect((await server.ended).stdout).toMatch(/\npidfd standard (\d+|-1)\nended\n$/); // -1: it is gone before the server looks
});

async function pidfdServer(box: Sandbox): Promise<Running> {
  const server = await spawn(join(box.directory, "calls"), [join(box.host, "probe"), "pidfd-server", join(box.host, "socket")]);
  await server.shows("listening");
  return server;
}
