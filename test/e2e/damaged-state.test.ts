/** However a container's state is damaged, no command hangs on it, and `delete --force` removes the container completely. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync, rmdirSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ODD_FILES, replaceBy } from "../support/odd-files.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { isRunning, runDetached, supervisorOf } from "../support/supervisor.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const WAITING = { args: ["/probe", "sleep-until-signal"] } as const;
/** Without a pid namespace only the cgroup shows what belongs to the container. */
const HOST_PIDS = { ...WAITING, config: { linux: { namespaces: [{ type: "mount" }, { type: "ipc" }, { type: "uts" }] } } } as const;
const root = requires("root");
/** The cgroup that contains all processes of the host, directly or further down. */
const EVERYBODYS = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"].find((path) => existsSync(join(path, "cgroup.procs"))) ?? "";

const DAMAGES: Readonly<Record<string, (record: string) => string>> = {
  "is empty": () => "",
  "is cut": (record) => record.slice(0, 40),
  "is null": () => "null",
  "is a list": () => "[]",
  "is text": () => '"state"',
  "is nested too deeply": () => "[".repeat(100_000) + "]".repeat(100_000),
  "is of another version": (record) => record.replace('"version":2', '"version":3'),
  "is another container's": (record) => record.replace(/"id":"[^"]*"/, '"id":"other"'),
  "is of bytes that are no text": () => "\xff\xfe\0\0",
};

for (const [damage, change] of Object.entries(DAMAGES)) {
  test.if(root)(`a container whose record ${damage} is reported, and removed by force`, async () => {
    await using box = await sandbox(HOST_PIDS);
    await runDetached(box);
    await writeFile(recordOf(box), change(readFileSync(recordOf(box), "utf8")), "latin1");
    await refusesToUse(box);
    await isRemoved(box);
  });
}

for (const [kind, make] of Object.entries(ODD_FILES)) {
  test.if(root)(`${kind} in place of a container's record makes no command hang`, async () => {
    await using box = await sandbox(WAITING);
    await box.create();
    await replaceBy(make, recordOf(box));
    if (kind !== "a link that leads nowhere") await refusesToUse(box);
    await isRemoved(box);
  });
}

test.if(root).each(["exit.json", "start.sock", "supervisor.pipe"])(
  "whatever stands in place of %s, commands come to their end",
  async (name) => {
    for (const make of Object.values(ODD_FILES)) {
      await using box = await sandbox(WAITING);
      await runDetached(box);
      const supervisor = await supervisorOf(box);
      await replaceBy(make, join(box.stateRoot, box.id, name));
      expect(await box.status()).toBe("running");
      await box.must(["kill", box.id, "KILL"]);
      await box.reaches("stopped");
      expect((await box.must(["list", "--quiet"])).stdout).toBe(`${box.id}\n`);
      await box.must(["delete", box.id]);
      if (name === "supervisor.pipe") await until("the supervisor has ended", () => !isRunning(supervisor)); // nothing else tells of it
      expect(box.leftovers()).toEqual([]);
    }
  },
);

test.if(root)("a member of the wrong type is named and not trusted", async () => {
  await using box = await sandbox(WAITING);
  await box.create();
  const sound: Record<string, unknown> = JSON.parse(readFileSync(recordOf(box), "utf8"));
  for (const key of Object.keys(sound)) {
    await writeFile(recordOf(box), JSON.stringify({ ...sound, [key]: [[{ x: null }]] }));
    const { exitCode, stderr } = await box.call(["state", box.id]);
    expect([key, exitCode, stderr.includes("TypeError")]).toEqual([key, 1, false]);
  }
  await writeFile(recordOf(box), JSON.stringify({ ...sound, cgroupPaths: { pids: EVERYBODYS } }));
  const { stderr } = await box.call(["kill", "--all", box.id, "CONT"]);
  expect(stderr).toContain(`cannot use ${EVERYBODYS} as the cgroup of a container`);
  await writeFile(recordOf(box), JSON.stringify({ ...sound, poststop: [{ path: 5 }] }));
  await isRemoved(box);
});

test.if(root).each([
  ["is no cgroup", "/tmp", "cannot use /tmp as the cgroup of a container: it is none"],
  ["is everybody's", EVERYBODYS, `cannot use ${EVERYBODYS} as the cgroup of a container`],
  ["is too long", `/${"long/".repeat(1000)}`, "file name too long"],
  ["does not exist", "/sys/fs/cgroup/pids/no/such", ""],
])("a cgroup of the record that %s is left alone, and the container is removed by force", async (_, path, warning) => {
  for (const [key, change] of [
    ["sound", (text: string) => text],
    ["damaged", (text: string) => text.replace('"rootfs":"/', '"rootfs":"')],
  ] as const) {
    await using box = await sandbox(WAITING);
    await runDetached(box);
    const sound: { readonly cgroupPaths: Record<string, string> } = JSON.parse(readFileSync(recordOf(box), "utf8"));
    const [first = ""] = Object.keys(sound.cgroupPaths);
    const right = sound.cgroupPaths[first] ?? "";
    await writeFile(recordOf(box), change(JSON.stringify({ ...sound, cgroupPaths: { ...sound.cgroupPaths, [first]: path } })));
    const { exitCode, stderr } = await box.call(["delete", "--force", box.id]);
    expect([key, exitCode, stderr]).toEqual([key, 0, expect.stringContaining(warning)]);
    expect(existsSync(join(box.stateRoot, box.id))).toBe(false);
    if (existsSync(right)) rmdirSync(right); // nothing told of it any more
    expect(box.leftovers()).toEqual([]);
  }
});

test.if(requires("root", "strace"))("a sound record that cannot be opened just now is not taken for a damaged one", async () => {
  await using box = await sandbox(WAITING);
  await box.create();
  for (const errno of ["EMFILE", "ENOMEM"]) {
    const prefix = ["strace", "-o", join(box.host, "trace"), "-P", recordOf(box), "-e", `inject=open,openat:error=${errno}`];
    const { exitCode, stderr } = await box.call(["delete", "--force", box.id], { prefix });
    expect([errno, exitCode, stderr]).toEqual([errno, 1, expect.stringContaining(`kernel: open(2) gave ${errno}`)]);
    expect(await box.status()).toBe("created");
  }
  await isRemoved(box);
});

test.if(root)("list shows the other containers despite a damaged one and one without a record", async () => {
  await using box = await sandbox(WAITING);
  await box.create();
  await mkdir(join(box.stateRoot, "empty"));
  await mkdir(join(box.stateRoot, "torn"));
  await writeFile(join(box.stateRoot, "torn/state.json"), '{"vers');
  const { exitCode, stdout, stderr } = await box.call(["list", "--format", "json"]);
  expect([exitCode, JSON.parse(stdout).map(({ id }: { id: string }) => id)]).toEqual([0, [box.id]]);
  expect(stderr).toMatch(/^warning: empty: cannot read the state of the container: its creator ended .* delete --force empty /m);
  expect(stderr).toMatch(
    /^warning: torn: cannot read the state of the container: .*torn\/state\.json: it is not JSON .* delete --force torn /m,
  );
  for (const id of ["empty", "torn"]) expect((await box.call(["delete", "--force", id])).exitCode).toBe(0);
});

test.if(root)("foreign files in a damaged container's directory stop its removal before anything is done", async () => {
  await using box = await sandbox(HOST_PIDS);
  await runDetached(box);
  const record = readFileSync(recordOf(box), "utf8");
  await writeFile(recordOf(box), "{");
  const notes = join(box.stateRoot, box.id, "notes");
  await writeFile(notes, "mine");
  const { exitCode, stderr } = await box.call(["delete", "--force", box.id]);
  expect([exitCode, stderr.split("\n")[0]]).toEqual([
    1,
    `cannot remove ${box.stateRoot}/${box.id}: it holds "notes", which is not lamina's`,
  ]);
  expect(readFileSync(notes, "utf8")).toBe("mine");
  await replaceBy(async () => {}, notes);
  await writeFile(recordOf(box), record);
  expect(await box.status()).toBe("running");
});

test.if(root)("a writable layer's lock that is not a regular file is an error and is not waited for", async () => {
  await using box = await sandbox(WAITING);
  await mkdir(join(box.path, "layer"));
  await writeFile(join(box.path, "layers.json"), JSON.stringify({ schemaVersion: 1, layers: ["layer"] }));
  for (const make of Object.values(ODD_FILES)) {
    await replaceBy(make, join(box.path, "upper.lock"));
    const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
    expect([exitCode, stderr.includes("upper.lock")]).toEqual([1, true]);
  }
});

test.if(root)("something that is not a directory is not a container, stays, and the error says so", async () => {
  await using box = await sandbox(WAITING);
  await mkdir(box.stateRoot);
  for (const [kind, make] of Object.entries(ODD_FILES)) {
    if (kind.startsWith("a directory")) continue;
    await replaceBy(make, join(box.stateRoot, "odd"));
    const { exitCode, stderr } = await box.call(["create", "--bundle", box.path, "odd"]);
    expect([kind, exitCode, stderr.split("\n")[0]]).toEqual([kind, 1, "container with given ID already exists: odd"]);
    expect(stderr).toContain(`${box.stateRoot}/odd is not a directory`);
    expect([kind, (await box.call(["delete", "--force", "odd"])).exitCode, (await box.must(["list", "--quiet"])).stdout]).toEqual([
      kind,
      0,
      "",
    ]);
  }
  await rm(join(box.stateRoot, "odd"));
});

/** Every command but `delete --force` reports what is wrong, and `list` continues. */
async function refusesToUse(box: Sandbox): Promise<void> {
  for (const words of [["state"], ["start"], ["kill"], ["pause"], ["delete"]]) {
    const { exitCode, stderr } = await box.call([...words, box.id]);
    const [first = "", ...rest] = stderr.split("\n");
    expect([words, exitCode, first]).toEqual([words, 1, expect.stringContaining("cannot read the state of the container: ")]);
    expect(rest.join("\n")).toContain(`lamina delete --force ${box.id} removes the container`);
  }
  const { exitCode, stdout, stderr } = await box.call(["list", "--quiet"]);
  expect([exitCode, stdout, stderr.startsWith(`warning: ${box.id}: cannot read the state`)]).toEqual([0, "", true]);
}

async function isRemoved(box: Sandbox): Promise<void> {
  const { exitCode, stderr } = await box.call(["delete", "--force", box.id]);
  expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
  expect([box.leftovers(), existsSync(join(box.stateRoot, box.id))]).toEqual([[], false]);
}

function recordOf(box: Sandbox): string {
  return join(box.stateRoot, box.id, "state.json");
}
