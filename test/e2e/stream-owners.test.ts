/** Whose the standard streams are while a container runs, and what its user may open of them. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { closeSync, openSync, statSync } from "node:fs";
import { chown, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isObject, parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const O_PATH = 0o10000000;

const MAPPINGS = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
const USER_NAMESPACE = {
  namespaces: ["pid", "network", "ipc", "uts", "mount", "user"].map((type) => ({ type })),
  uidMappings: MAPPINGS,
  gidMappings: MAPPINGS,
};
const OPENING = ["/probe", "open", "/dev/stdin", "open", "/dev/stdout", "open", "/dev/stderr"];
/** Shell that gives the runtime streams of the caller's, who is root, and what the program says of them. */
const STREAMS = [
  ["pipes", 'sleep 0 | { "$@" 2>&1; } | cat'],
  ["a file", 'exec "$@" <>"$0" 1>&0 2>&0'],
] as const;

for (const [where, linux, shift] of [
  ["", {}, 0],
  [" in a user namespace", USER_NAMESPACE, 100_000],
] as const) {
  const isOwn = shift === 0;
  for (const [what, script] of STREAMS.slice(0, isOwn ? 2 : 1)) {
    for (const uid of [0, 1000]) {
      test.if(root)(`uid ${uid}${where} opens streams that are ${what}, in run, create and exec`, async () => {
        const config = { process: { user: { uid, gid: uid } }, root: { readonly: false }, linux };
        await using box = await sandbox({ args: [...OPENING, "sleep-until-signal"], config, host: { file: "" } });
        if (shift > 0) expect(Bun.spawnSync(["chown", "-R", `${shift}:${shift}`, box.rootfs]).success).toBe(true);
        const file = join(box.host, "file");
        const prefix = ["sh", "-c", script, file];
        const shown = async (words: readonly string[]): Promise<string> => {
          await writeFile(file, "");
          await chown(file, 0, 0);
          const outcome = await box.call(words, { prefix });
          return `${outcome.stdout}${await box.hostFile("file")}`;
        };
        const opened = "open /dev/stdin ok\nopen /dev/stdout ok\nopen /dev/stderr ok\n";
        const redirected = isOwn ? STREAMS[1][1] : 'exec "$@" </dev/null >/dev/null 2>&1'; // pipes would keep what reads them
        await box.create([], { prefix: ["sh", "-c", redirected, file] });
        await box.must(["start", box.id]);
        if (isOwn) await until("the program waits", async () => (await box.hostFile("file")) === `${opened}waiting\n`);
        const detached = statSync(file).uid;
        const executed = await shown(["exec", "--user", `${uid}:${uid}`, box.id, ...OPENING]);
        await box.must(["delete", "--force", box.id]);
        await writeFile(join(box.path, "config.json"), withArgs(await readFile(join(box.path, "config.json"), "utf8"), OPENING));
        const ran = await shown(["run", "--bundle", box.path, box.id]);
        expect({ detached, executed, ran }).toEqual({ detached: isOwn ? uid : 0, executed: opened, ran: opened });
      });
    }
  }

  test.if(root)(`the caller's terminal ${isOwn ? "is the user's then" : "stays the caller's"}${where}`, async () => {
    await using box = await sandbox({ args: ["/probe", "sleep-until-signal"], config: { linux } });
    if (shift > 0) expect(Bun.spawnSync(["chown", "-R", `${shift}:${shift}`, box.rootfs]).success).toBe(true);
    await box.create();
    await box.must(["start", box.id]);
    const prefix = [join(box.host, "probe"), "terminal", "80", "24"];
    const { stdout } = await box.call(["exec", "--user", "1000:1000", box.id, ...OPENING], { prefix });
    expect(stdout.split(/\r?\n/).filter((line) => line.startsWith("open"))).toEqual(
      ["stdin", "stdout", "stderr"].map((stream) => `open /dev/${stream} ${isOwn ? "ok" : "EACCES"}`),
    );
  });

  test.if(root)(
    `a stream that was only named is nobody's to open${where}, nor a file that is only to be written to with a user namespace`,
    async () => {
      const config = { process: { user: { uid: 1000, gid: 1000 } }, linux };
      await using box = await sandbox({ args: ["/probe", "true"], config, host: { secret: "text", log: "text" } });
      if (shift > 0) expect(Bun.spawnSync(["chown", "-R", `${shift}:${shift}`, box.rootfs]).success).toBe(true);
      const [secret, log] = [join(box.host, "secret"), join(box.host, "log")];
      const [named, written] = [openSync(secret, O_PATH), openSync(log, "a")];
      const words = [...runtimeUnderTest().argv, "--root", box.stateRoot, "run", "--bundle", box.path, box.id];
      Bun.spawnSync(words, { stdio: [named, written, "ignore"] });
      for (const fd of [named, written]) closeSync(fd);
      expect([statSync(secret).uid, statSync(log).uid]).toEqual([0, isOwn ? 1000 : 0]);
    },
  );

  test.if(root)(`a node that leads to everybody's own terminal stays the host's${where}`, async () => {
    await using box = await sandbox({ args: ["/probe", "true"], config: { process: { user: { uid: 1000, gid: 1000 } }, linux } });
    if (shift > 0) expect(Bun.spawnSync(["chown", "-R", `${shift}:${shift}`, box.rootfs]).success).toBe(true);
    const node = join(box.host, "tty");
    expect(Bun.spawnSync(["mknod", "-m", "666", node, "c", "5", "0"]).success).toBe(true);
    const prefix = [join(box.host, "probe"), "terminal", "80", "24", "sh", "-c", 'exec "$@" <"$0"', node];
    await box.must(["run", "--bundle", box.path, box.id], { prefix });
    expect(statSync(node).uid).toBe(0);
  });

  test.if(root)(`a file that is only to be read does not become that of the user${where}, who could change it then`, async () => {
    const change = ["/probe", "change-fd", "0", "open", "/dev/stdin", "stdin"];
    const config = { process: { user: { uid: 1000, gid: 1000 } }, linux };
    await using box = await sandbox({ args: change, config, host: { secret: "text" } });
    if (shift > 0) expect(Bun.spawnSync(["chown", "-R", `${shift}:${shift}`, box.rootfs]).success).toBe(true);
    const file = join(box.host, "secret");
    const { stdout } = await box.call(["run", "--bundle", box.path, box.id], { prefix: ["sh", "-c", 'exec "$@" <"$0"', file] });
    expect(stdout).toContain("open /dev/stdin EACCES\nstdin ok text\n");
    expect(stdout).toContain("change-fd 0 chmod EPERM");
    expect(statSync(file).uid).toBe(0);
  });
}

function withArgs(config: string, args: readonly string[]): string {
  const whole = parseObject(config);
  return JSON.stringify({ ...whole, process: { ...(isObject(whole.process) ? whole.process : {}), args } });
}
