/** `pause` and `resume`, and the pause that `commit` makes. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openShop, type Shop } from "../support/image-shop.ts";
import { ownId } from "../support/own-id.ts";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const WEB = ownId("web");

const WAITING = { args: ["/probe", "sleep-until-signal"] } as const;
const root = requires("root");
const layered = requires("root", "busybox");

test.if(root)("a paused container does nothing until it is resumed, not even on a signal", async () => {
  await using box = await sandbox(WAITING);
  const running = await box.create();
  await box.must(["start", box.id]);
  await running.shows("waiting");
  await box.must(["pause", box.id]);
  await box.must(["pause", box.id]);
  await box.must(["kill", box.id, "TERM"]);
  const paused = [await box.status(), (await box.must(["list", "--quiet"])).stdout, await running.stdout()];
  await box.must(["resume", box.id]);
  await box.reaches("stopped");
  expect([...paused, await running.stdout()]).toEqual(["paused", `${box.id}\n`, "waiting\n", "waiting\nsignal TERM\n"]);
});

test.if(root)("a created container can be paused, and started after resume", async () => {
  await using box = await sandbox(WAITING);
  const running = await box.create();
  await box.must(["pause", box.id]);
  expect(await box.status()).toBe("paused");
  await box.must(["resume", box.id]);
  expect(await box.status()).toBe("created");
  await box.must(["start", box.id]);
  await running.shows("waiting");
});

for (const [how, words] of [
  ["kill KILL", ["kill", "ID", "KILL"]],
  ["delete --force", ["delete", "--force", "ID"]],
] as const) {
  test.if(root)(`${how} ends a paused container`, async () => {
    await using box = await sandbox(WAITING);
    const running = await box.create();
    await box.must(["start", box.id]);
    await running.shows("waiting");
    await box.must(["pause", box.id]);
    await box.must(words.map((word) => (word === "ID" ? box.id : word)));
    await box.must(["delete", "--force", box.id]);
    expect(box.leftovers()).toEqual([]);
  });
}

test.if(root)("a container that cannot be paused or resumed is an error in runc's words", async () => {
  await using box = await sandbox(WAITING);
  const none = [await box.call(["pause", box.id]), await box.call(["resume", box.id])];
  const running = await box.create();
  await box.must(["start", box.id]);
  await running.shows("waiting");
  const resumed = await box.call(["resume", box.id]);
  await box.must(["kill", box.id, "KILL"]);
  await box.reaches("stopped");
  const stopped = [await box.call(["pause", box.id]), await box.call(["resume", box.id])];
  expect([...none, resumed, ...stopped].map(({ exitCode, stderr }) => `${exitCode} ${stderr.split("\n")[0]}`)).toEqual([
    `1 container does not exist: ${box.id}`,
    `1 container does not exist: ${box.id}`,
    "1 container not paused",
    "1 container not running",
    "1 container not paused",
  ]);
});

/** The container `web`, which has written something and waits. */
async function startWeb(shop: Shop): Promise<void> {
  await shop.must("run", "--detach", "--image", "base:1", WEB, "--", "busybox", "sh", "-c", "echo new >/new; exec busybox sleep 1000");
}

const statusOf = async (shop: Shop): Promise<string> => JSON.parse(await shop.must("state", WEB)).status;

test.if(layered && Bun.which("strace") !== null)("commit reads the files of a running container while it is paused", async () => {
  await using shop = await openShop();
  await startWeb(shop);
  const file = join(shop.box.directory, "trace");
  const strace = ["strace", "-f", "-s", "16", "-e", "trace=write,fsync", "-o", file];
  expect(await shop.call(["commit", WEB, "next:1"], { prefix: strace })).toMatchObject({ exitCode: 0, stderr: "" });
  const lines = (await readFile(file, "utf8")).split("\n");
  const frozen = lines.findLastIndex((line) => /write\(\d+, "(FROZEN|1)", /.test(line)); // it is said again where it takes long
  const thawed = lines.findIndex((line, i) => i > frozen && /write\(\d+, "(THAWED|0)", /.test(line));
  const synced = lines.flatMap((line, i) => (line.includes("fsync(") ? [i] : []));
  expect(synced.some((i) => i > frozen && i < thawed)).toBe(true);
  expect(synced.some((i) => i < frozen)).toBe(false);
  expect(await statusOf(shop)).toBe("running");
  await shop.must("delete", "--force", WEB);
});

test.if(layered && Bun.which("strace") !== null).each([
  ["HUP", 129],
  ["INT", 130],
  ["QUIT", 131],
  ["USR1", 138],
  ["XCPU", 152],
  ["PROF", 155],
  ["KILL", 137],
])("commit that SIG%s ends lets the container go on", async (signal, status) => {
  await using shop = await openShop();
  await startWeb(shop);
  const strace = ["strace", "-f", "-e", "trace=fsync", "-e", `inject=fsync:signal=${signal}:when=1`, "-o", "/dev/null"];
  const { exitCode } = await shop.call(["commit", WEB, "next:1"], { prefix: ["sh", "-c", 'ulimit -c 0; exec "$@"', "sh", ...strace] });
  expect([exitCode, await statusOf(shop)]).toEqual([status, "running"]);
  await shop.must("image", "verify");
  await shop.must("delete", "--force", WEB);
});

test.if(layered)("with --no-pause, or on a paused container, nothing changes", async () => {
  await using shop = await openShop();
  await startWeb(shop);
  await shop.must("commit", "--no-pause", WEB, "next:1");
  expect(await statusOf(shop)).toBe("running");
  await shop.must("pause", WEB);
  await shop.must("commit", WEB, "next:2");
  expect(await statusOf(shop)).toBe("paused");
  await shop.must("delete", "--force", WEB);
});
