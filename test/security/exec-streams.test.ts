/**
 * Class: what exec brings into a container that is the host's. Descriptors of the caller (runc CVE-2024-21626), the host's null device as a stream
 * (crun CVE-2026-88265), and the terminal, whose multiplexer a container can have put something else in the place of (runc CVE-2025-52565).
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { rmSync, statSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT, FORMS, type Formed, formed, NO_MOUNT } from "../support/forms.ts";
import { ownId } from "../support/own-id.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { contents } from "./contents.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const WAITING = ["/probe", "sleep-until-signal"];
const OWNERS = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_SETFCAP"];
const CAPABILITIES = { bounding: OWNERS, effective: OWNERS, permitted: OWNERS };
const STREAMS = ["change-fd", "0", "change-fd", "1", "change-fd", "2"];

async function startWaiting(container: Formed): Promise<void> {
  const { running } = await container.create();
  expect((await container.call(["start", container.box.id])).exitCode).toBe(0);
  await running.shows("waiting");
}

for (const form of FORMS) {
  test.if(root)(`no descriptor of the caller's comes along, ${form.name}`, async () => {
    await using container = await formed(form, { args: WAITING });
    await startWaiting(container);
    const prefix = ["sh", "-c", 'exec 3</ 4</proc 5</tmp 7</dev/null 9</ && exec "$@"', "sh"];
    const { stdout } = await container.call(["exec", container.box.id, "/probe", "fds"], { prefix });
    expect(stdout).toBe("fds 0 1 2\n");
  });

  test.if(root)(`the host's null device is not changed through the streams of exec, ${form.name}`, async () => {
    await using container = await formed(form, { args: WAITING, config: { process: { capabilities: CAPABILITIES } } });
    await startWaiting(container);
    using device = nullDevice();
    const before = nodeOf(device.path);
    const prefix = ["sh", "-c", `exec "$@" <${device.path} >${device.path} 2>&1`, "sh"];
    const { exitCode } = await container.call(["exec", container.box.id, "/probe", ...STREAMS, "exit", "3"], { prefix });
    expect([exitCode, nodeOf(device.path)]).toEqual([3, before]);
  });

  if (form === NO_MOUNT) continue; // it has the host's /dev

  test.if(root)(`nor where the container has no null device, ${form.name}`, async () => {
    const mounts = [{ destination: "/proc", type: "proc", source: "proc" }];
    const bound = [...mounts, { destination: "/dev", type: "bind", source: "@HOST@/dev", options: ["bind"] }];
    const process = { capabilities: CAPABILITIES };
    await using container = await formed(form, { args: WAITING, host: { "dev/.keep": "" }, config: { mounts: bound, process } });
    await startWaiting(container);
    await rm(join(container.box.host, "dev/null"), { force: true });
    using device = nullDevice();
    const before = nodeOf(device.path);
    const prefix = ["sh", "-c", `exec "$@" <${device.path} >${device.path} 2>&1`, "sh"];
    const { exitCode } = await container.call(["exec", container.box.id, "/probe", ...STREAMS, "exit", "3"], { prefix });
    expect([exitCode, nodeOf(device.path)]).toEqual([3, before]);
  });
}

for (const [what, plant] of [
  ["is a file of the host's", (path: string, host: string) => Bun.spawnSync(["ln", "-s", join(host, "file"), path])],
  ["is a pipe", (path: string) => Bun.spawnSync(["mkfifo", path])],
  ["is another device", (path: string) => Bun.spawnSync(["mknod", path, "c", "1", "5"])],
  ["is a multiplexer outside of any devpts", (path: string) => Bun.spawnSync(["mknod", path, "c", "5", "2"])],
] as const) {
  test.if(root)(`a terminal is not opened where the multiplexer ${what}`, async () => {
    const mounts = [{ destination: "/proc", type: "proc", source: "proc" }];
    await using container = await formed(DEFAULT, {
      args: WAITING,
      rootfs: { "dev/pts/.keep": "" },
      host: { file: "untouched" },
      config: { mounts, linux: { maskedPaths: null, readonlyPaths: null } },
    });
    const { box } = container;
    await startWaiting(container);
    await rm(join(box.rootfs, "dev/pts/ptmx"), { force: true });
    expect(plant(join(box.rootfs, "dev/pts/ptmx"), box.host).success).toBe(true);
    await writeFile(join(box.host, "before"), "");
    const before = contents(box.host);
    const prefix = [join(box.host, "probe"), "terminal", "80", "24"];
    const { stdout } = await container.call(["exec", "--tty", box.id, "/probe", "tty"], { prefix });
    expect(stdout).toContain("program exited 255");
    expect(stdout).not.toContain("tty 0 yes");
    expect(contents(box.host)).toEqual(before);
  });
}

/** The host's null device by a name of its own: another runtime may at any time give /dev/null to whom it belongs to. */
function nullDevice(): Disposable & { readonly path: string } {
  const path = `/dev/${ownId("null")}`;
  expect(Bun.spawnSync(["mknod", "-m", "666", path, "c", "1", "3"]).success).toBe(true);
  return { path, [Symbol.dispose]: () => rmSync(path) };
}

function nodeOf(path: string): readonly unknown[] {
  const { mode, uid, gid, mtimeMs, ctimeMs, rdev } = statSync(path);
  return [mode, uid, gid, mtimeMs, ctimeMs, rdev];
}
