/** What `checkpoint` and `restore` say when CRIU is missing, too old, or unwilling; with a program in its place that says what it is told to. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { fakeCriu, HOST_BIND, requestsTo } from "../support/criu.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");

/** Requests begin with a kind, and so do replies; then success, then what is asked for. */
const VERSION = "080a";
const DUMP = "0801";
const RESTORE = "0802";
const CHECK = "0803";
const version = (major: number, minor: number): string => `080a1001${`5204${hex(8)}${hex(major)}${hex(16)}${hex(minor)}`}`;
const failure = (kind: string, words: string): string => `${kind}10004a${hex(words.length)}${Buffer.from(words).toString("hex")}`;
const GOOD_CHECK = "08031001";

function hex(value: number): string {
  return value.toString(16).padStart(2, "0");
}

async function running(): Promise<Sandbox> {
  const box = await sandbox({ args: ["/probe", "sleep-until-signal"], mounts: [HOST_BIND], rootfs: { host: { directory: true } } });
  await box.must(["run", "--detach", "--bundle", box.path, box.id]);
  return box;
}

/** `replies` = undefined: there is no criu. */
async function checkpoint(box: Sandbox, replies: Readonly<Record<string, string>> | undefined, ...flags: string[]) {
  const fake = replies === undefined ? box.host : fakeCriu(box.host, replies);
  const { exitCode, stderr } = await box.call(["checkpoint", "--image-path", join(box.directory, "images"), ...flags, box.id], {
    env: { PATH: fake },
  });
  expect([exitCode, await box.status()]).toEqual([1, "running"]);
  return { stderr, fake };
}

test.if(root)("no criu", async () => {
  await using box = await running();
  const { stderr } = await checkpoint(box, undefined);
  expect(stderr).toContain("cannot find criu");
  expect(stderr).toContain("install the package criu, version 4.1 or newer");
});

test.each([
  [3, 17],
  [4, 0],
])("CRIU %i.%i is too old", async (major, minor) => {
  if (!root) return;
  await using box = await running();
  const { stderr } = await checkpoint(box, { [VERSION]: version(major, minor) });
  expect(stderr).toContain(`it is CRIU ${major}.${minor}, and lamina takes 4.1 or newer`);
});

test.if(root)("CRIU finds fault with the kernel", async () => {
  await using box = await running();
  const replies = { [VERSION]: version(4, 1), [DUMP]: failure(DUMP, "x"), [CHECK]: failure(CHECK, "no tickets") };
  const { stderr } = await checkpoint(box, replies);
  expect(stderr).toContain(`cannot checkpoint container ${box.id}: CRIU's own check of this kernel fails: no tickets`);
});

test.if(root)("CRIU gives up, and has written no log", async () => {
  await using box = await running();
  const replies = { [VERSION]: version(5, 0), [DUMP]: failure(DUMP, "no reason"), [CHECK]: GOOD_CHECK };
  const { stderr } = await checkpoint(box, replies);
  expect(stderr).toContain(`cannot checkpoint container ${box.id}: CRIU gave up: no reason`);
});

test.if(root)("CRIU ends without a word", async () => {
  await using box = await running();
  const { stderr } = await checkpoint(box, { [VERSION]: version(4, 2) });
  expect(stderr).toContain("ended without a reply: exit status 3");
});

test.if(root)("CRIU says what nobody understands", async () => {
  await using box = await running();
  const { stderr } = await checkpoint(box, { [VERSION]: version(4, 2), [DUMP]: "0b" });
  expect(stderr).toContain("cannot understand");
});

test.if(root)("what the container has from the host is said to CRIU by name", async () => {
  await using box = await running();
  const { fake } = await checkpoint(box, { [VERSION]: version(4, 2), [DUMP]: failure(DUMP, "x"), [CHECK]: GOOD_CHECK });
  const dump = requestsTo(fake).find((request) => request.startsWith(DUMP)) ?? "";
  const name = Buffer.from("/host").toString("hex");
  expect(dump).toContain(`ba010e0a05${name}1205${name}`);
});

test.each([
  ["a parent that is not relative", ["--parent-path", "/x"], "--parent-path must be relative"],
  ["a page server without a port", ["--page-server", "host"], "Use --page-server ADDRESS:PORT to specify page server"],
  ["an unknown mode for cgroups", ["--manage-cgroups-mode", "some"], "invalid manage-cgroups-mode value"],
  ["an unknown namespace", ["--empty-ns", "user"], 'namespace "user" is not supported'],
])("%s is refused", async (_, flags, words) => {
  if (!root) return;
  await using box = await running();
  // a kernel that tracks memory is feature 1
  const { stderr } = await checkpoint(box, { [VERSION]: version(4, 2), "0809": "0809100142020801" }, ...flags);
  expect(stderr).toContain(words);
});

test.if(root)("a container that has not been started, or has ended, is not written down", async () => {
  await using box = await sandbox({ args: ["/probe", "true"] });
  await box.create();
  const env = { PATH: fakeCriu(box.host, { [VERSION]: version(4, 2) }) };
  const created = await box.call(["checkpoint", box.id], { env });
  await box.must(["start", box.id]);
  await box.reaches("stopped");
  const stopped = await box.call(["checkpoint", box.id], { env });
  expect([created.stderr.split("\n")[0], stopped.stderr.split("\n")[0]]).toEqual([
    "Container cannot be checkpointed in created state",
    "Container cannot be checkpointed in stopped state",
  ]);
});

test.if(root)("a directory without a checkpoint is not restored, and leaves no container", async () => {
  await using box = await sandbox({ args: ["/probe", "true"] });
  const env = { PATH: fakeCriu(box.host, { [VERSION]: version(4, 2) }) };
  const failed = await box.call(["restore", "--detach", "--bundle", box.path, "--image-path", box.host, box.id], { env });
  expect([failed.exitCode, box.leftovers()]).toEqual([1, []]);
  expect(failed.stderr).toContain(`cannot find a checkpoint in ${box.host}: it has no descriptors.json`);
});

test.if(root)("CRIU gives up while it restores: its reasons are told, and nothing stays", async () => {
  await using box = await sandbox({ args: ["/probe", "true"] });
  const images = join(box.host, "images");
  await Bun.write(join(images, "descriptors.json"), '["/dev/null","pipe:[7]","file[1b:2c]"]');
  await Bun.write(
    join(images, "restore.log"),
    `(00.0) Error (x.c:1): long ago\n${"(00.0) more than anybody reads\n".repeat(50_000)}(00.1) Error (x.c:1): one\n(00.2) Error (x.c:2): two\n(00.3) Error (y.c:1): Restoring FAILED.\n`,
  );
  const fake = fakeCriu(box.host, { [VERSION]: version(4, 1), [RESTORE]: failure(RESTORE, "x"), [CHECK]: GOOD_CHECK });
  const words = ["restore", "--detach", "--bundle", box.path, "--image-path", images, box.id];
  const failed = await box.call(words, { env: { PATH: fake } });
  const asked = requestsTo(fake).find((request) => request.startsWith(RESTORE)) ?? "";
  const inherited = ["pipe:[7]", "file[1b:2c]"].map((key) => asked.includes(Buffer.from(key).toString("hex")));
  expect([failed.exitCode, box.leftovers(), inherited, asked.includes(`${Buffer.from("/dev/null").toString("hex")}10`)]).toEqual([
    1,
    [],
    [true, true],
    false,
  ]);
  expect(failed.stderr).toContain(`cannot restore container ${box.id}: CRIU gave up: one; two`);
});

test.each([
  ["descriptors.json", "{}"],
  ["descriptors.json", "[1]"],
  ["descriptors.json", "["],
  ["mounts.json", '{"external":[]}'],
  ["mounts.json", "null"],
])("a damaged %s is refused: %s", async (name, text) => {
  if (!root) return;
  await using box = await sandbox({ args: ["/probe", "true"] });
  const images = join(box.host, "images");
  await Bun.write(join(images, "descriptors.json"), "[]");
  await Bun.write(join(images, name), text);
  const env = { PATH: fakeCriu(box.host, { [VERSION]: version(4, 1) }) };
  const failed = await box.call(["restore", "--detach", "--bundle", box.path, "--image-path", images, box.id], { env });
  expect([failed.exitCode, box.leftovers()]).toEqual([1, []]);
  expect(failed.stderr).toContain("cannot use the checkpoint");
});
