/** A TCP server is written down and made anew while clients are connected to it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shellBox, WITH_CRIU } from "../support/criu.ts";
import { requires, staticBusybox } from "../support/requires.ts";
import type { CallOptions, Sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "busybox", "criu", "cgroups", "iproute", "iptables");

const PORT = 5000;
/** Everyone who connects has a process of their own, which counts what they say. */
const SERVER = `exec busybox nc -ll -p ${PORT} -e /bin/sh -c 'n=0; while read word; do n=$((n+1)); echo $word $n; done'`;
const RECIPE = { script: SERVER, config: { linux: { namespaces: ["pid", "ipc", "uts", "mount"].map((type) => ({ type })) } } };

interface Child extends AsyncDisposable {
  readonly pid: number;
  say(line: string): void;
  /** The next line that it prints; "" at the end. */
  hear(): Promise<string>;
}

function start(...words: string[]): Child {
  const child = Bun.spawn(words, { stdio: ["pipe", "pipe", "inherit"] });
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  return {
    pid: child.pid,
    say: (line) => {
      child.stdin.write(`${line}\n`);
      child.stdin.flush();
    },
    async hear() {
      while (!text.includes("\n")) {
        const { done, value } = await reader.read();
        if (done) return "";
        text += decoder.decode(value, { stream: true });
      }
      const [line = "", ...rest] = text.split("\n");
      text = rest.join("\n");
      return line;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** A network of its own, in which only the loopback is. */
async function loopback(): Promise<Child> {
  const network = start("unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec cat");
  if ((await network.hear()) !== "up") throw new Error("the loopback does not come up");
  return network;
}

/** The container is in that network, with clients of the host's. */
async function serve(box: Sandbox, network: Child): Promise<{ readonly there: CallOptions; readonly connect: () => Child }> {
  const inNetwork = ["nsenter", `--net=/proc/${network.pid}/ns/net`];
  const there = { prefix: inNetwork, ...WITH_CRIU };
  await box.must(["run", "--detach", "--bundle", box.path, box.id], there);
  const listens = new RegExp(`:${PORT.toString(16)} 0+:0000 0A`, "i"); // proc_pid_net(5); busybox takes both kinds of addresses
  await until("it listens", () => listens.test(readFileSync(`/proc/${network.pid}/net/tcp6`, "utf8")));
  return { there, connect: () => start(...inNetwork, staticBusybox() ?? "", "nc", "127.0.0.1", `${PORT}`) };
}

const ask = async (client: Child, word: string): Promise<string> => {
  client.say(word);
  return client.hear();
};

test.if(possible)("a TCP server goes on answering the clients that it had, and answers new ones", async () => {
  await using box = await shellBox(RECIPE);
  await using network = await loopback();
  const { there, connect } = await serve(box, network);
  await using first = connect();
  const before = [await ask(first, "one"), await ask(first, "two")];
  const images = join(box.directory, "images");
  await box.must(["checkpoint", "--tcp-established", "--image-path", images, box.id], there);
  const restore = ["restore", "--detach", "--tcp-established", "--bundle", box.path, "--image-path", images, box.id];
  await box.must(restore, there);
  await using second = connect();
  expect([...before, await ask(first, "three"), await ask(second, "four")]).toEqual(["one 1", "two 2", "three 3", "four 1"]);
});

test.if(possible)("without --tcp-established a server with a client is not written down, and goes on", async () => {
  await using box = await shellBox(RECIPE);
  await using network = await loopback();
  const { there, connect } = await serve(box, network);
  await using client = connect();
  const before = await ask(client, "one");
  const { exitCode, stderr } = await box.call(["checkpoint", "--image-path", join(box.directory, "images"), box.id], there);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("tcp-established") });
  expect([before, await ask(client, "two"), await box.status()]).toEqual(["one 1", "two 2", "running"]);
});
