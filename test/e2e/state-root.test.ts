/** The directory of the containers' state: foreign files in it, and who may have created it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod, chown, lchown, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const WAITING = { args: ["/probe", "sleep-until-signal"] } as const;
const STRANGER = 54321;
const root = requires("root");

test.if(root)("list shows the containers even if the root contains another directory", async () => {
  await using box = await sandbox(WAITING);
  await box.create();
  await mkdir(join(box.stateRoot, "no container"));
  const { stdout } = await box.must(["list", "--quiet"]);
  await rm(join(box.stateRoot, "no container"), { recursive: true });
  expect(stdout).toBe(`${box.id}\n`);
});

test.if(root)("list fails if --root does not exist, unless all bundles are requested", async () => {
  await using box = await sandbox({});
  const missing = join(box.directory, "missing");
  const { exitCode, stdout, stderr } = await box.call(["--root", missing, "list"]);
  expect({ exitCode, stdout, said: stderr.split("\n")[0] }).toEqual({
    exitCode: 1,
    stdout: "",
    said: `open ${missing}: no such file or directory`,
  });
  expect((await box.call(["--root", missing, "--image-root", missing, "list", "--all", "--quiet"])).exitCode).toBe(0);
  expect(existsSync(missing)).toBe(false);
});

test.if(root)("delete with a wrong --root removes nobody's files", async () => {
  await using box = await sandbox({ host: { "precious/data": "1", "precious/state.json": "{}" } });
  for (const flags of [[], ["--force"]]) {
    const { exitCode, stderr } = await box.call(["--root", box.host, "delete", ...flags, "precious"]);
    expect([exitCode, stderr === ""]).toEqual([1, false]);
  }
  expect([await box.hostFile("precious/data"), await box.hostFile("precious/state.json")]).toEqual(["1", "{}"]);
});

for (const verb of ["state", "delete --force", "list", "create"] as const) {
  test.if(root)(`${verb} refuses a root that somebody else made where anyone can`, async () => {
    await using box = await sandbox(WAITING);
    const planted = await plant(box);
    const { exitCode, stderr } = await box.call(["--root", planted, ...wordsOf(box, verb)]);
    expect([exitCode, stderr.split("\n")[0]]).toEqual([1, `cannot use the state directory ${planted}: it belongs to user ${STRANGER}`]);
    expect(existsSync(join(planted, box.id, "state.json"))).toBe(true);
  });
}

test.if(root)("a container that somebody else put into a root where anyone can is refused", async () => {
  await using box = await sandbox(WAITING);
  const planted = await plant(box);
  const { exitCode, stderr } = await box.call(["--root", join(planted, ".."), "delete", "--force", "planted"]);
  expect([exitCode, stderr.includes(`it belongs to user ${STRANGER}`)]).toEqual([1, true]);
});

test.if(root)("a root that is somebody else's link is refused", async () => {
  await using box = await sandbox(WAITING);
  const open = await openDirectory(box);
  await mkdir(join(box.host, "own"));
  await symlink(join(box.host, "own"), join(open, "link"));
  await lchown(join(open, "link"), STRANGER, STRANGER);
  const { exitCode, stderr } = await box.call(["--root", join(open, "link"), "list"]);
  const isKernels = (await readFile("/proc/sys/fs/protected_symlinks", "utf8")).trim() !== "0"; // proc_sys_fs(5)
  expect([exitCode, stderr.includes(isKernels ? "permission denied" : `it belongs to user ${STRANGER}`)]).toEqual([1, true]);
});

test.if(root)("a root that everyone can write to is refused", async () => {
  await using box = await sandbox(WAITING);
  const open = join(box.host, "open");
  await mkdir(open);
  await chmod(open, 0o777);
  const { exitCode, stderr } = await box.call(["--root", open, "create", "--bundle", box.path, box.id]);
  expect([exitCode, stderr.split("\n")[0]]).toEqual([1, `cannot use the state directory ${open}: everyone can write to it`]);
});

test.if(root)("a directory that nobody else could have made is used, whoever owns it", async () => {
  await using box = await sandbox(WAITING);
  await mkdir(box.stateRoot);
  await chown(box.stateRoot, STRANGER, STRANGER);
  await box.create();
  expect(await box.status()).toBe("created");
});

function wordsOf(box: Sandbox, verb: string): string[] {
  if (verb === "list") return ["list"];
  return verb === "create" ? ["create", "--bundle", box.path, "other"] : [...verb.split(" "), box.id];
}

/** Like /tmp: anyone can create something in it. */
async function openDirectory(box: Sandbox): Promise<string> {
  const open = join(box.host, "tmp");
  await mkdir(open);
  await chmod(open, 0o1777);
  return open;
}

/** A root with a container in it, both owned by a stranger. */
async function plant(box: Sandbox): Promise<string> {
  const planted = join(await openDirectory(box), "planted");
  await mkdir(join(planted, box.id), { recursive: true });
  await writeFile(join(planted, box.id, "state.json"), "{}");
  for (const path of [planted, join(planted, box.id)]) await chown(path, STRANGER, STRANGER);
  return planted;
}
