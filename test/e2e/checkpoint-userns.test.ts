/** Containers with a user namespace of their own that a real CRIU writes down and makes anew. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, lstatSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { countOf, counts, shellBox, WITH_CRIU } from "../support/criu.ts";
import { type JsonObject, parseObject } from "../support/json.ts";
import { layeredSandbox } from "../support/layered.ts";
import { requires } from "../support/requires.ts";
import type { CallOptions, Sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";
import { FIRST_ID, MAPS, mountsOf, sharedMounts, USER_NAMESPACE, userBox } from "../support/userns-criu.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "busybox", "criu", "cgroups", "user-namespace", "mount-setattr");
const WAITING = "while :; do busybox sleep 0.1; done";

const images = (box: Sandbox): string => join(box.directory, "images");
const run = (box: Sandbox, options: CallOptions = {}): Promise<unknown> =>
  box.must(["run", "--detach", "--bundle", box.path, box.id], options);
const checkpoint = (box: Sandbox, options: CallOptions = WITH_CRIU): Promise<unknown> =>
  box.must(["checkpoint", "--image-path", images(box), box.id], options);
const restoring = (box: Sandbox, id = box.id): string[] => ["restore", "--detach", "--bundle", box.path, "--image-path", images(box), id];
const restore = (box: Sandbox, options: CallOptions = WITH_CRIU): Promise<unknown> => box.must(restoring(box), options);
const inside = async (box: Sandbox, script: string): Promise<string> =>
  (await box.call(["exec", box.id, "/bin/sh", "-c", script.replaceAll(/\b(cat|id|ls|mount|stat|touch) /g, "busybox $1 ")])).stdout;

function edit(box: Sandbox, change: (config: JsonObject) => JsonObject): void {
  const path = join(box.path, "config.json");
  writeFileSync(path, JSON.stringify(change(parseObject(readFileSync(path, "utf8")))));
}

describe.if(possible)("a container with a user namespace", () => {
  test("goes on where it was, with the same mounts and ids; its files belong to the same ids inside and outside", async () => {
    await using box = await userBox();
    await run(box);
    await counts(box);
    const ofInit = async (name: string): Promise<string> => readFileSync(`/proc/${(await box.state()).pid}/${name}`, "utf8");
    const look = async (): Promise<unknown> => ({
      mounts: await mountsOf(box),
      status: /^Uid:.*$/m.exec(await ofInit("status"))?.[0],
      maps: [await ofInit("uid_map"), await ofInit("gid_map")],
      inside: await inside(box, "stat -c '%n %u:%g' /host /dev/null /dev/shm /probe; id -u; echo x > /dev/null && echo written; touch /x"),
    });
    const before = await look();
    await checkpoint(box);
    const last = countOf(box);
    await restore(box);
    await counts(box, last);
    expect(await look()).toEqual(before);
    await until("the count is replaced", () => lstatSync(join(box.host, "count")).uid === FIRST_ID);
    expect([statSync(images(box)).mode & 0o777, statSync(images(box)).uid]).toEqual([0o700, 0]);
  });

  test("can be restored as often as one likes, and written down again", async () => {
    await using box = await userBox();
    await run(box);
    await counts(box);
    await checkpoint(box);
    await restore(box);
    await counts(box, countOf(box));
    await box.must(["delete", "--force", box.id]);
    await restore(box);
    const last = await counts(box, countOf(box));
    const again = join(box.directory, "again");
    await box.must(["checkpoint", "--image-path", again, box.id], WITH_CRIU);
    await box.must(["restore", "--detach", "--bundle", box.path, "--image-path", again, box.id], WITH_CRIU);
    await counts(box, last);
  });

  test("reads images that everybody may read", async () => {
    await using box = await userBox();
    await run(box);
    await counts(box);
    await checkpoint(box);
    chmodSync(images(box), 0o755);
    await restore(box);
    await counts(box, countOf(box));
  });

  test("keeps a root that can be written to, mounts on mounts, and flags", async () => {
    await using box = await userBox({
      config: { root: { path: "rootfs", readonly: false } },
      mounts: [
        { destination: "/m", type: "bind", source: "@HOST@", options: ["bind", "ro", "nosymfollow"] },
        { destination: "/m/sub", type: "tmpfs", source: "tmpfs" },
        { destination: "/c", type: "bind", source: "@HOST@/closed/data", options: ["bind"] },
        { destination: "/n", type: "bind", source: "@HOST@", options: ["bind", "ro"] },
      ],
      host: { "sub/.keep": "", "closed/data/file": "secluded" },
    });
    Bun.spawnSync(["chown", "0:0", join(box.host, "closed")]);
    chmodSync(join(box.host, "closed"), 0o700);
    await run(box);
    await counts(box);
    await inside(box, "echo kept > /m/sub/note; echo own > /own");
    const before = await mountsOf(box);
    await checkpoint(box);
    await restore(box);
    expect(await inside(box, "cat /m/sub/note /own /c/file; touch /m/x 2>/dev/null || echo refused")).toBe("kept\nown\nsecludedrefused\n");
    expect(await mountsOf(box)).toEqual(before);
  });

  test("of a user that is not its root, and whose streams are pipes", async () => {
    const script = "while read word; do echo got $word; echo $word > /host/seen; done";
    await using box = await userBox({ script, config: { process: { user: { uid: 7, gid: 7 } } } });
    chmodSync(box.host, 0o777);
    const words = (verb: readonly string[]): string[] => ["sh", "-c", `cat ${box.host}/in | "$@" | cat > ${box.host}/out`, "sh", ...verb];
    const start = async (verb: readonly string[], text: string): Promise<AsyncDisposable> => {
      Bun.spawnSync(["sh", "-c", `rm -f ${box.host}/in; mkfifo ${box.host}/in`]);
      const running = await box.start(verb, { prefix: words([]), ...WITH_CRIU });
      const writer = Bun.spawn(["sh", "-c", `exec 9>${box.host}/in; echo ${text} >&9; exec sleep 1000`]);
      return {
        async [Symbol.asyncDispose]() {
          writer.kill();
          await writer.exited;
          await running.ended;
        },
      };
    };
    {
      await using _first = await start(["run", "--bundle", box.path, box.id], "one");
      await until("the word was read", async () => (await box.hostFile("seen")) === "one\n");
      await checkpoint(box);
    }
    await using _second = await start(["restore", "--bundle", box.path, "--image-path", images(box), box.id], "two");
    await until("the next word was read", async () => (await box.hostFile("seen")) === "two\n");
    await until("it has answered", async () => (await box.hostFile("out")) === "got two\n");
    expect(statSync(join(box.host, "seen")).uid).toBe(FIRST_ID + 7);
  });

  test("on a host whose mounts are shared keeps them, and what forbids something", async () => {
    const bind = (destination: string, source: string): JsonObject => ({
      destination,
      type: "bind",
      source,
      options: ["bind", "ro", "nosuid"],
    });
    const mounts = [
      bind("/one", "/etc"),
      bind("/two", "/etc"),
      bind("/three", "/usr/share"),
      bind("/four", "@HOST@/closed/four"),
      bind("/five", "@HOST@/closed/five"),
    ];
    await using box = await userBox({ mounts, host: { "closed/four/sub/.keep": "", "closed/five/.keep": "" } });
    Bun.spawnSync(["chown", "0:0", join(box.host, "closed")]);
    chmodSync(join(box.host, "closed"), 0o700);
    await using shared = await sharedMounts("true");
    const restoring = { ...shared.there, prefix: [...(shared.there.prefix ?? []), "sh", "-c", 'umask 077; exec "$@"', "sh"] };
    await run(box, shared.there);
    await counts(box);
    const before = await mountsOf(box);
    await checkpoint(box, shared.there);
    await restore(box, restoring);
    await counts(box, countOf(box));
    expect(await mountsOf(box)).toEqual(before);
    expect(before.filter((line) => line.includes(" master ")).length).toBeGreaterThan(3);
    const spread = Bun.spawnSync([...(shared.there.prefix ?? []), "mount", "-t", "tmpfs", "tmpfs", join(box.host, "closed/four/sub")]);
    expect([spread.exitCode, (await mountsOf(box)).filter((line) => line.includes(" /four/sub ")).length]).toEqual([0, 1]);
    await box.must(["delete", "--force", box.id], shared.there);
  });

  test.each([
    ["whose ids are mapped", { idmap: true }],
    ["of the host's ids", {}],
  ])("has layers %s", async (_, options) => {
    if (!requires("mapped-layers")) return;
    await using box = await layeredSandbox({
      script: "n=0; while :; do n=$((n+1)); echo $n > /tmp/next; busybox mv /tmp/next /tmp/count; busybox sleep 0.02; done",
      layers: [{ "tmp/.keep": "" }],
      file: { options },
      config: { linux: USER_NAMESPACE },
    });
    chmodSync(box.directory, 0o755);
    if (!("idmap" in options)) Bun.spawnSync(["chown", "-R", `${FIRST_ID}:${FIRST_ID}`, join(box.path, "layers")]);
    const file = join(box.path, "upper/tmp/count");
    const count = (): number => (existsSync(file) ? Number(readFileSync(file, "utf8")) : 0);
    await run(box);
    await until("it counts", () => count() > 2);
    await checkpoint(box);
    const before = count();
    await restore(box);
    await until("it counts on", () => count() > before + 2);
    expect(statSync(file).uid).toBe("idmap" in options ? 0 : FIRST_ID);
    expect(count()).toBeLessThan(before + 10_000);
  });
});

describe.if(possible && requires("runc"))("a checkpoint of runc's is restored", () => {
  test.each([
    ["without a user namespace", shellBox],
    ["with one", userBox],
  ])("%s", async (_, boxOf) => {
    await using box = await boxOf();
    const runc = (...words: string[]): number => {
      const prefix = ["sh", "-c", 'exec "$@" </dev/null >/dev/null 2>/dev/null', "sh"]; // runc writes down no files as streams
      return Bun.spawnSync([...prefix, "runc", "--root", join(box.directory, "runc"), ...words], { env: WITH_CRIU.env }).exitCode;
    };
    expect(runc("run", "--detach", "--bundle", box.path, box.id)).toBe(0);
    await counts(box);
    const status = runc("checkpoint", "--image-path", images(box), box.id);
    if (status !== 0) {
      process.stderr.write(`skip: runc's own checkpoint ends with status ${status} here\n`);
      expect(runc("delete", "--force", box.id)).toBe(0);
      return;
    }
    await restore(box);
    await counts(box, countOf(box));
  });
});

describe.if(possible)("what cannot be restored is refused, and nothing stays", () => {
  test("other ids than it had, or none", async () => {
    await using box = await userBox({ script: WAITING });
    await run(box);
    await checkpoint(box);
    const config = parseObject(readFileSync(join(box.path, "config.json"), "utf8"));
    const linux = config.linux as JsonObject;
    const said: string[] = [];
    for (const change of [
      { uidMappings: [{ ...MAPS[0], hostID: 200_000 }] },
      { gidMappings: [{ ...MAPS[0], size: 1000 }] },
      { namespaces: ["pid", "network", "ipc", "uts", "mount"].map((type) => ({ type })), uidMappings: [], gidMappings: [] },
    ]) {
      edit(box, () => ({ ...config, linux: { ...linux, ...change } }));
      const { exitCode, stderr } = await box.call(restoring(box), WITH_CRIU);
      expect([exitCode, box.leftovers()]).toEqual([1, []]);
      said.push(stderr);
    }
    expect(said).toEqual([
      expect.stringContaining("its uids were mapped in another way"),
      expect.stringContaining("its gids were mapped in another way"),
      expect.stringContaining("it had a user namespace"),
    ]);
    edit(box, () => config);
    await restore(box);
  });

  test("one without a root", async () => {
    const maps = [{ containerID: 1, hostID: FIRST_ID, size: 10 }];
    await using box = await userBox({
      script: WAITING,
      config: { process: { user: { uid: 1, gid: 1 } }, linux: { uidMappings: maps, gidMappings: maps } },
    });
    await run(box);
    const { exitCode, stderr } = await box.call(["checkpoint", "--image-path", images(box), box.id], WITH_CRIU);
    expect([exitCode, await box.status()]).toEqual([1, "running"]);
    expect(stderr).toContain("its user namespace has no id 0");
    expect(stderr).toContain("config.json: /linux/uidMappings");
  });

  test("mounts that have come along with another, under which the container could then look", async () => {
    await using box = await userBox({ host: { "sub/hidden": "" } });
    await using shared = await sharedMounts(`mount -t tmpfs tmpfs ${box.host}/sub`);
    await run(box, shared.there);
    await counts(box);
    const { exitCode, stderr } = await box.call(["checkpoint", "--image-path", images(box), box.id], shared.there);
    expect([exitCode, await box.status()]).toEqual([1, "running"]);
    expect(stderr).toContain('what is mounted on "/host" has come along with it');
    await box.must(["delete", "--force", box.id], shared.there);
  });

  test("images that continue an earlier dump", async () => {
    await using box = await userBox({ script: WAITING });
    await run(box);
    await checkpoint(box);
    Bun.spawnSync(["ln", "-s", "../before", join(images(box), "parent")]);
    const { exitCode, stderr } = await box.call(restoring(box), WITH_CRIU);
    expect([exitCode, box.leftovers()]).toEqual([1, []]);
    expect(stderr).toContain("it continues an earlier dump, and the container has a user namespace");
  });
});
