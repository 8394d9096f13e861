/** `checkpoint` and `restore` with a real CRIU: what a container was goes on, and what config.json says of it holds. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { countOf, counts, shellBox, WITH_CRIU } from "../support/criu.ts";
import { openShop } from "../support/image-shop.ts";
import { type JsonObject, parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import type { Sandbox } from "../support/sandbox.ts";
import { type Running, spawn } from "../support/spawn.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "busybox", "criu", "cgroups");

const run = (box: Sandbox): Promise<unknown> => box.must(["run", "--detach", "--bundle", box.path, box.id]);
const images = (box: Sandbox): string => join(box.directory, "images");
const checkpoint = (box: Sandbox, ...flags: string[]): Promise<unknown> =>
  box.must(["checkpoint", "--image-path", images(box), ...flags, box.id], WITH_CRIU);
const restore = (box: Sandbox, ...flags: string[]): Promise<unknown> =>
  box.must(["restore", "--detach", "--bundle", box.path, "--image-path", images(box), ...flags, box.id], WITH_CRIU);

describe.if(possible)("a container", () => {
  test("ends with its checkpoint, and goes on from there when it is restored", async () => {
    await using box = await shellBox();
    await run(box);
    await counts(box);
    await checkpoint(box);
    const before = countOf(box);
    const left = box.leftovers();
    await restore(box, "--pid-file", join(box.host, "pid"));
    const { status, pid, bundle } = await box.state();
    expect({ left, status, bundle, pid: String(pid) }).toEqual({
      left: [],
      status: "running",
      bundle: box.path,
      pid: await box.hostFile("pid"),
    });
    expect(await counts(box, before)).toBeLessThan(before + 10_000);
  });

  test("can be restored as often as one likes, and under another id", async () => {
    await using box = await shellBox();
    await run(box);
    await counts(box);
    await checkpoint(box);
    const other = `${box.id}-other`;
    await box.must(["restore", "--detach", "--bundle", box.path, "--image-path", images(box), other], WITH_CRIU);
    await box.must(["delete", "--force", other]);
    await restore(box);
    await box.must(["kill", box.id, "KILL"]);
    await box.reaches("stopped");
  });

  test("goes on with --leave-running", async () => {
    await using box = await shellBox();
    await run(box);
    await counts(box);
    await checkpoint(box, "--leave-running");
    expect(await box.status()).toBe("running");
    await counts(box, countOf(box));
  });

  test("is executed in, paused and killed after it was restored", async () => {
    await using box = await shellBox();
    await run(box);
    await counts(box);
    await checkpoint(box);
    await restore(box);
    const shown = await box.must(["exec", box.id, "/bin/busybox", "cat", "/proc/1/comm", "/proc/sys/kernel/hostname"]);
    await box.must(["pause", box.id]);
    expect([shown.stdout, await box.status()]).toEqual(["sh\ncontainer\n", "paused"]);
    await box.must(["resume", box.id]);
    await box.must(["kill", box.id, "KILL"]);
    await box.reaches("stopped");
  });

  test("that is paused can be written down, and runs when it is restored", async () => {
    await using box = await shellBox();
    await run(box);
    const before = await counts(box);
    await box.must(["pause", box.id]);
    await checkpoint(box);
    await restore(box);
    expect(await box.status()).toBe("running");
    await counts(box, before);
  });

  test("keeps a read-only root, masks and what is in its own tmpfs", async () => {
    await using box = await shellBox({ script: "echo kept > /dev/shm/note; while :; do busybox sleep 0.1; done" });
    await run(box);
    await until("the note is written", async () => (await inside(box, "[ -s /dev/shm/note ] && echo yes")) === "yes\n");
    await checkpoint(box);
    await restore(box);
    expect(await inside(box, "cat /dev/shm/note; touch /x 2>&1; cat /proc/keys; ls /proc/acpi; ls -a /tmp")).toBe(
      "kept\ntouch: /x: Read-only file system\n.\n..\n",
    );
  });
});

const inside = async (box: Sandbox, script: string): Promise<string> =>
  (await box.call(["exec", box.id, "/bin/sh", "-c", script.replaceAll(/\b(cat|ls|touch) /g, "busybox $1 ")])).stdout;

describe.if(possible)("a restored container has what config.json says", () => {
  test("of limits and hooks", async () => {
    const hook = (name: string): JsonObject[] => [{ path: "/bin/sh", args: ["sh", "-c", `cat > @HOST@/${name}`] }];
    await using box = await shellBox({
      config: { hooks: { prestart: hook("prestart"), createRuntime: hook("createRuntime"), poststop: hook("poststop") } },
    });
    await run(box);
    await counts(box);
    await checkpoint(box);
    const ended = parseObject(await box.hostFile("poststop"));
    for (const name of ["prestart", "createRuntime", "poststop"]) rmSync(join(box.host, name));
    edit(box, (config) => ({ ...config, linux: { ...(config.linux as JsonObject), resources: { pids: { limit: 77 } } } }));
    await restore(box);
    const { pid } = await box.state();
    const told = [ended, parseObject(await box.hostFile("prestart")), parseObject(await box.hostFile("createRuntime"))];
    expect(told.map(({ status }) => status)).toEqual(["stopped", "created", "created"]);
    expect([told[1]?.pid, told[2]?.pid, limitOf(Number(pid))]).toEqual([pid, pid, "77\n"] as never);
  });

  test("of mounts from the host: one that it leaves out is an error, and nothing stays", async () => {
    await using box = await shellBox({ script: "while :; do busybox sleep 0.1; done" });
    await run(box);
    await checkpoint(box);
    edit(box, (config) => ({ ...config, mounts: (config.mounts as JsonObject[]).filter(({ destination }) => destination !== "/host") }));
    const failed = await box.call(["restore", "--detach", "--bundle", box.path, "--image-path", images(box), box.id], WITH_CRIU);
    expect([failed.exitCode, box.leftovers()]).toEqual([1, []]);
    expect(failed.stderr).toContain('cannot restore the mount on "/host": config.json mounts nothing there');
  });
});

test.if(possible)("a checkpoint that has not been copied in whole is an error at once, and nothing stays", async () => {
  await using box = await shellBox({ script: "while :; do busybox sleep 0.1; done" });
  await run(box);
  await checkpoint(box);
  const sizes = parseObject(readFileSync(join(images(box), "sizes.json"), "utf8"));
  const pages = join(images(box), "pages-1.img");
  const whole = readFileSync(pages);
  const restoring = ["restore", "--detach", "--bundle", box.path, "--image-path", images(box), box.id];
  writeFileSync(pages, whole.subarray(0, 4096));
  const short = await box.call(restoring, WITH_CRIU);
  rmSync(pages);
  const missing = await box.call(restoring, WITH_CRIU);
  expect([short.exitCode, missing.exitCode, sizes["pages-1.img"], box.leftovers()]).toEqual([1, 1, whole.length, []]);
  expect(short.stderr).toContain(`pages-1.img has 4096 bytes instead of ${whole.length}`);
  expect(missing.stderr).toContain("pages-1.img is missing");
  writeFileSync(pages, whole);
  await restore(box);
});

describe.if(possible)("namespaces that are not those of config.json are an error, and nothing stays", () => {
  const TYPES = ["pid", "network", "ipc", "uts", "mount"];
  const namespaces = (types: readonly string[]): JsonObject => ({ namespaces: types.map((type) => ({ type })) });

  test.each([
    ["the host's network", TYPES.filter((type) => type !== "network"), TYPES, "it had the host's network namespace"],
    ["a network of its own", TYPES, TYPES.filter((type) => type !== "network"), "it had a network namespace of its own"],
    ["the host's cgroups", TYPES, [...TYPES, "cgroup"], "it had the host's cgroup namespace"],
  ])("%s", async (_, before, after, words) => {
    await using box = await shellBox({ script: "while :; do busybox sleep 0.1; done", config: { linux: namespaces(before) } });
    const prestart = [{ path: "/bin/sh", args: ["sh", "-c", `echo > ${box.host}/prestart`] }];
    await run(box);
    await checkpoint(box);
    edit(box, (config) => ({ ...config, linux: { ...(config.linux as JsonObject), ...namespaces(after) }, hooks: { prestart } }));
    const failed = await box.call(["restore", "--detach", "--bundle", box.path, "--image-path", images(box), box.id], WITH_CRIU);
    expect([failed.exitCode, box.leftovers(), existsSync(join(box.host, "prestart"))]).toEqual([1, [], words.includes("cgroup")]);
    expect(failed.stderr).toContain(`${words}, and config.json says otherwise`);
  });
});

function edit(box: Sandbox, change: (config: JsonObject) => JsonObject): void {
  const path = join(box.path, "config.json");
  writeFileSync(path, JSON.stringify(change(parseObject(readFileSync(path, "utf8")))));
}

function limitOf(pid: number): string {
  const lines = readFileSync(`/proc/${pid}/cgroup`, "utf8").split("\n");
  const v1 = lines.map((line) => /^\d+:pids:(.*)$/.exec(line)?.[1]).find((path) => path !== undefined);
  const v2 = lines.find((line) => line.startsWith("0::"))?.slice(3);
  return readFileSync(v1 === undefined ? `/sys/fs/cgroup${v2}/pids.max` : `/sys/fs/cgroup/pids${v1}/pids.max`, "utf8");
}

test.if(possible)("mounts that are slaves of the host's are so again", async () => {
  await using box = await shellBox({ mounts: [{ destination: "/again", type: "bind", source: "@HOST@", options: ["bind", "ro"] }] });
  const script = "mount --make-rshared / && echo ready && exec sleep 1000";
  const holder = Bun.spawn(["unshare", "--mount", "--propagation", "private", "sh", "-c", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await using _holder = {
    [Symbol.asyncDispose]: async () => {
      holder.kill();
      await holder.exited;
    },
  };
  await holder.stdout.getReader().read();
  const shared = { prefix: ["nsenter", `--mount=/proc/${holder.pid}/ns/mnt`], ...WITH_CRIU };
  const ties = async (): Promise<boolean[]> => {
    const lines = readFileSync(`/proc/${(await box.state()).pid}/mountinfo`, "utf8").split("\n");
    return ["/host", "/again"].map((path) => lines.some((line) => line.split(" ")[4] === path && line.includes(" master:")));
  };
  await box.must(["run", "--detach", "--bundle", box.path, box.id], shared);
  const before = await ties();
  await counts(box);
  await checkpoint(box);
  const last = countOf(box);
  await box.must(["restore", "--detach", "--bundle", box.path, "--image-path", images(box), box.id], shared);
  await counts(box, last);
  expect([before, await ties()]).toEqual([
    [true, true],
    [true, true],
  ]);
});

describe.if(possible)("streams", () => {
  const echo = "while read word; do echo got $word >&9; echo $word > /host/seen; done; exit 7";

  test.each([
    ["pipes are those of the new caller, and the exit status is the program's", `exec 9>&1; ${echo}`],
    ["so are those in whose place a shell has something else for a while", `exec 9>&1 >/dev/null; ${echo}`],
  ])("%s", async (_, script) => {
    await using box = await shellBox({ script });
    // standard error may be a socket of the test runner's, which nothing could make anew
    const shell = (words: string[], input: string): Bun.Subprocess<"ignore", "pipe", "ignore"> =>
      Bun.spawn(
        ["sh", "-c", `(${input}) | { "$@"; echo status $?; } | cat`, "sh", ...runtimeUnderTest().argv, "--root", box.stateRoot, ...words],
        { stdio: ["ignore", "pipe", "ignore"], env: WITH_CRIU.env },
      );
    const first = shell(["run", "--bundle", box.path, box.id], `echo one; while [ ! -e ${box.host}/end ]; do sleep 0.05; done`);
    await until("the word was read", async () => (await box.hostFile("seen")) === "one\n");
    await checkpoint(box);
    writeFileSync(join(box.host, "end"), "");
    const before = await first.stdout.text();
    const second = shell(["restore", "--bundle", box.path, "--image-path", images(box), box.id], "echo two; echo three");
    expect([before, await second.stdout.text()]).toEqual(["got one\nstatus 137\n", "got two\ngot three\nstatus 7\n"]);
  });
});

test.if(possible)("the console socket gets the terminal of the restored processes", async () => {
  const script = "n=0; while :; do n=$((n+1)); echo line $n.; busybox sleep 0.02; done";
  await using box = await shellBox({ script, config: { process: { terminal: true } } });
  const serve = async (name: string): Promise<Running> => {
    const server = await spawn(box.directory, [join(box.host, "probe"), "console-server", join(box.directory, name)]);
    await server.shows("listening");
    return server;
  };
  const first = await serve("first");
  await box.must(["run", "--detach", "--bundle", box.path, "--console-socket", join(box.directory, "first"), box.id]);
  await first.shows("line 3.");
  await checkpoint(box);
  const before = (await first.ended).stdout;
  const second = await serve("second");
  await restore(box, "--console-socket", join(box.directory, "second"));
  const last = Number(/.*line (\d+)\.\s*$/s.exec(before)?.[1]);
  await second.shows(`line ${last + 3}.`);
  await box.must(["delete", "--force", box.id]);
  const shown = (await second.ended).stdout;
  expect([shown.includes("console orphan-pts-master terminal"), shown.includes("line 1.")]).toEqual([true, false]);
});

describe.if(possible)("layers", () => {
  test("are the root again, and what the container has written in them is there", async () => {
    await using shop = await openShop();
    const { box } = shop;
    const bundle = join(shop.store, "bundles", box.id);
    const script = "n=0; while :; do n=$((n+1)); (echo $n > /next; /bin/busybox mv /next /count); /bin/busybox sleep 0.02; done";
    await shop.must("run", "--detach", "--image", "base:1", box.id, "--", "/bin/sh", "-c", script);
    const count = (): number => Number(existsSync(join(bundle, "upper/count")) && readFileSync(join(bundle, "upper/count"), "utf8"));
    await until("it counts", () => count() > 2);
    await box.must(["checkpoint", "--image-path", images(box), box.id], WITH_CRIU);
    const before = count();
    await box.must(["--image-root", shop.store, "restore", "--detach", "--bundle", bundle, "--image-path", images(box), box.id], WITH_CRIU);
    await until("it counts on", () => count() > before + 2);
    const shown = await box.must(["exec", box.id, "/bin/busybox", "cat", "/which"]);
    await box.must(["delete", "--force", box.id]);
    expect([shown.stdout, count() < before + 10_000]).toEqual(["one\n", true]);
  });
});
