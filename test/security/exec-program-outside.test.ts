/**
 * Class: exec is led to the host by names of the container (runc CVE-2024-21626 in its other form, CVE-2019-5736): the program, its interpreter, the
 * working directory, passwd. The container runs meanwhile and may have put links anywhere, its procfs may be none, and nothing of them may
 * lead through init to what the host has.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { statSync } from "node:fs";
import { copyFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT, FORMS, type Formed, formed, HOST_PID, NO_MOUNT } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { buildReached, elfMaker } from "./interpreted.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const elfFor = root ? await elfMaker() : () => Buffer.alloc(0);
const [RUNTIME = ""] = runtimeUnderTest().argv;
const WAITING = ["/probe", "sleep-until-signal"];
const ENTRY = "/entry";

/** How a container names what it wants executed, and the words of exec that come upon it. */
const KINDS: Readonly<
  Record<string, { readonly words: readonly string[]; readonly plant: (entry: string, target: string) => Promise<void> }>
> = {
  "a program that is a link": { words: ["ID", ENTRY], plant: (entry, target) => symlink(target, entry) },
  "the interpreter of a script": { words: ["ID", ENTRY], plant: (entry, target) => writeFile(entry, `#!${target}\n`, { mode: 0o755 }) },
  "the interpreter of an ELF program": {
    words: ["ID", ENTRY],
    plant: (entry, target) => writeFile(entry, elfFor(target), { mode: 0o755 }),
  },
  "a program found from the working directory": {
    words: ["--cwd", ENTRY, "ID", "./reached"],
    plant: (entry, target) => symlink(target.replace(/reached$/, ""), entry),
  },
};

/** Ways that lead to `host` from within, if there is one. */
function waysTo(host: string, isHostPid: boolean): string[] {
  const up = "../".repeat(8);
  return [
    ...[3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((fd) => `/proc/self/fd/${fd}/${up}${host}`),
    `/proc/1/root/${host}`,
    `/proc/self/cwd/${up}${host}`,
    `/proc/self/root/${up}${host}`,
    ...(isHostPid ? [`/proc/${process.pid}/root/${host}`, `/proc/${process.ppid}/cwd/${up}${host}`] : []),
  ].map((way) => way.replaceAll("//", "/"));
}

async function startWaiting(container: Formed): Promise<void> {
  const { running } = await container.create();
  expect((await container.call(["start", container.box.id])).exitCode).toBe(0);
  await running.shows("waiting");
}

const exec = (container: Formed, words: readonly string[]) =>
  container.call(["exec", ...words.map((word) => (word === "ID" ? container.box.id : word))]);

for (const form of FORMS) {
  test.if(root)(`no name in a running container leads exec to the host, ${form.name}`, async () => {
    await using container = await formed(form, { args: WAITING });
    const { box } = container;
    await copyFile(await buildReached(), join(box.host, "reached"));
    await startWaiting(container);
    const reached: string[] = [];
    for (const [kind, { words, plant }] of Object.entries(KINDS)) {
      for (const way of waysTo(join(box.host, "reached"), form === HOST_PID)) {
        await rm(join(box.rootfs, ENTRY), { force: true });
        await plant(join(box.rootfs, ENTRY), way);
        const { exitCode, stdout, stderr } = await exec(container, words);
        if (exitCode === 0 || `${stdout}${stderr}`.includes("REACHED")) reached.push(`${kind} ${way}`);
      }
    }
    expect(reached).toEqual([]);
  });

  test.if(root)(`a program that is init's own image runs nothing, and nothing of the runtime changes, ${form.name}`, async () => {
    await using container = await formed(form, { args: WAITING });
    await startWaiting(container);
    const before = signature();
    const entry = join(container.box.rootfs, ENTRY);
    for (const self of ["/proc/self/exe", "/proc/thread-self/exe"]) {
      const direct = await exec(container, ["ID", self]);
      await rm(entry, { force: true });
      await writeFile(entry, `#!${self}\n`, { mode: 0o755 });
      const script = await exec(container, ["ID", ENTRY]);
      expect([self, direct.exitCode, direct.stdout, script.exitCode === 0, script.stdout]).toEqual([self, 255, "", false, ""]);
    }
    expect(signature()).toEqual(before);
  });

  test.if(root)(`a passwd file that is a link to the host's files gives no home, ${form.name}`, async () => {
    const secret = "x:y:0:0:secret:SECRET-OF-THE-HOST:z\n";
    await using container = await formed(form, { args: WAITING, config: { process: { env: ["PATH=/"] } }, host: { secret } });
    await startWaiting(container);
    const passwd = join(container.box.rootfs, "etc/passwd");
    const host = join(container.box.host, "secret");
    for (const way of [...[3, 4, 5, 6, 7, 8, 9].map((fd) => `/proc/self/fd/${fd}/../../../../../..${host}`), `/proc/1/root${host}`, host]) {
      await rm(passwd);
      await symlink(way, passwd);
      const { exitCode, stdout } = await exec(container, ["ID", "/probe", "env"]);
      expect({ way, exitCode, stdout }).toEqual({ way, exitCode: 0, stdout: "env PATH=/\nenv HOME=/\n" });
    }
  });
}

test.if(root)("the same names work where they lead to the image's own programs", async () => {
  for (const [kind, { words, plant }] of Object.entries(KINDS)) {
    await using container = await formed(DEFAULT, { args: WAITING });
    const { box } = container;
    await copyFile(await buildReached(), join(box.rootfs, "reached"));
    await plant(join(box.rootfs, ENTRY), kind.includes("working") ? "/reached" : "/bin/../reached");
    await startWaiting(container);
    const { stdout, stderr } = await exec(container, words);
    expect([kind, `${stdout}${stderr}`]).toEqual([kind, expect.stringContaining("REACHED")]);
  }
});

test.if(root)("a descriptor of the caller's is no working directory", async () => {
  await using container = await formed(DEFAULT, { args: WAITING });
  await startWaiting(container);
  const prefix = ["sh", "-c", 'exec 3</ 4</proc 5</tmp 9</ && exec "$@"', "sh"];
  for (let fd = 3; fd < 50; fd++) {
    const { exitCode, stdout } = await container.call(["exec", "--cwd", `/proc/self/fd/${fd}`, container.box.id, "/probe", "cwd"], {
      prefix,
    });
    expect([fd, exitCode, stdout]).toEqual([fd, 255, ""]);
  }
});

for (const [what, make] of [
  ["is missing", (path: string) => rm(path, { recursive: true })],
  ["is a link to the host's", async (path: string) => rm(path, { recursive: true }).then(() => symlink("/proc", path))],
  ["has a false /proc/self/fd", (path: string) => symlink("/", join(path, "self"))],
] as const) {
  test.if(root)(`exec needs nothing of a container's procfs, which ${what}`, async () => {
    const dev = [
      { destination: "/dev", type: "tmpfs", source: "tmpfs" },
      { destination: "/dev/pts", type: "devpts", source: "devpts", options: ["newinstance", "ptmxmode=0666"] },
    ];
    const linux = { maskedPaths: null, readonlyPaths: null };
    await using container = await formed(DEFAULT, { args: WAITING, config: { mounts: dev, linux } });
    await startWaiting(container);
    await make(join(container.box.rootfs, "proc"));
    const prefix = [join(container.box.host, "probe"), "terminal", "80", "24"];
    const { stdout } = await container.call(["exec", "--tty", container.box.id, "/probe", "tty", "exit", "3"], { prefix });
    expect(stdout).toContain("tty 0 yes");
    expect(stdout).toContain("program exited 3");
  });
}

/** The runtime's on the host. */
function signature(): readonly unknown[] {
  const { size, mtimeMs, ctimeMs, mode, uid } = statSync(RUNTIME);
  return [size, mtimeMs, ctimeMs, mode, uid];
}

test.if(root)("a container without a mount namespace of its own keeps exec in its root", async () => {
  await using container = await formed(NO_MOUNT, { args: WAITING, host: { secret: "of the host" } });
  await startWaiting(container);
  const { stdout } = await exec(container, [
    "ID",
    "/probe",
    "read",
    join(container.box.host, "secret"),
    "stat",
    `/proc/self/cwd/../../..${container.box.host}`,
  ]);
  expect(stdout).toContain("ENOENT");
  expect(stdout).not.toContain("of the host");
});
