/** From an image in the store to a container: `bundle`, `run --image`, and what remains of both. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openShop, type Shop } from "../support/image-shop.ts";
import { ownId } from "../support/own-id.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const [WEB, OTHER, OLD, NEW] = [ownId("web"), ownId("other"), ownId("old"), ownId("new")] as const;
const [GONE, KEPT] = [ownId("gone"), ownId("kept")] as const;

const possible = requires("root", "busybox");

const bundlesOf = async ({ store }: Shop): Promise<string[]> => readdir(join(store, "bundles")).catch(() => []);

test.if(possible)("a container of an image has a random id, and its bundle and files stay", async () => {
  await using shop = await openShop();
  expect(await shop.must("run", "--image", "base:1", "--", "sh", "-c", "cat /which; echo x >>/count")).toBe("one\n");
  const [id = "", ...others] = await bundlesOf(shop);
  expect([id, others]).toEqual([expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/), []]);
  const bundle = join(shop.store, "bundles", id);
  expect(await shop.must("run", "--bundle", bundle, id)).toBe("one\n");
  expect(await readFile(join(bundle, "upper/count"), "utf8")).toBe("x\nx\n");
});

test.if(possible)("with --rm only volumes stay, and the next container gets them", async () => {
  await using shop = await openShop();
  const run = ["run", "--image", "base", "--rm", "--volume", "kept:/kept"];
  await shop.must("image", "tag", "base:1", "base");
  await shop.must(...run, GONE, "--", "sh", "-c", "echo x >/kept/file; echo y >/lost");
  expect(await bundlesOf(shop)).toEqual([]);
  expect(await shop.must(...run, GONE, "--", "sh", "-c", "cat /kept/file; ls /lost 2>/dev/null || echo gone")).toBe("x\ngone\n");
});

test.if(possible)("files that go with the process are not synced, and files that stay are", async () => {
  await using shop = await openShop();
  const options = async (...words: string[]): Promise<string> => {
    const script = "busybox grep ' - overlay ' /proc/self/mountinfo";
    return shop.must("run", "--image", "base:1", ...words, "--", "busybox", "sh", "-c", script);
  };
  expect(await options("--rm")).toMatch(/ overlay .*\bvolatile\b/);
  expect(await options(KEPT)).toMatch(/ overlay (?!.*volatile)/);
});

test.if(possible)(
  "list --all shows containers that are gone, and delete --rm removes their bundles with what they have written",
  async () => {
    await using shop = await openShop();
    expect(await shop.call(["run", "--image", "base:1", WEB, "--", "sh", "-c", "echo x >/new; exit 3"])).toMatchObject({ exitCode: 3 });
    await shop.must("bundle", "base:1", join(shop.store, "bundles/unused"));
    expect(JSON.parse(await shop.must("list", "--format", "json"))).toEqual([]);
    const bundle = join(shop.store, `bundles/${WEB}`);
    const gone = { ociVersion: "1.3.0", pid: 0, status: "deleted", owner: "root" };
    const when = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(JSON.parse(await shop.must("list", "--all", "--format", "json"))).toEqual([
      { ...gone, id: "unused", bundle: join(shop.store, "bundles/unused"), rootfs: join(shop.store, "bundles/unused/rootfs"), created: "" },
      {
        ...{ ...gone, id: WEB, bundle, rootfs: join(bundle, "rootfs"), created: when },
        lastRun: { exitStatus: 3, started: when, finished: when },
      },
    ]);
    expect(await shop.must("list", "--all", "--size")).toMatch(/\nweb-\S+ .* deleted .* exited \(3\) .* 2 B \(virtual /);
    await shop.must("delete", "--rm", WEB);
    expect([await bundlesOf(shop), await shop.must("list", "--all", "--quiet")]).toEqual([["unused"], "unused\n"]);
    expect(await shop.call(["delete", "--rm", WEB])).toMatchObject({ exitCode: 1, stderr: `container does not exist: ${WEB}\n` });
    await shop.must("delete", "--rm", "--force", WEB);
  },
);

test.if(possible)("delete --rm spares what a container uses, and bundles that are not lamina's", async () => {
  await using shop = await openShop();
  const wait = ["--", "busybox", "sleep", "1000"];
  await shop.must("run", "--detach", "--image", "base:1", WEB, ...wait);
  const refused = await shop.call(["delete", "--rm", WEB]);
  expect(refused).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`cannot delete container ${WEB} that is not stopped: running`),
  });
  expect(await bundlesOf(shop)).toEqual([WEB]);
  await shop.must("delete", "--force", WEB);
  await shop.must("run", "--detach", "--bundle", join(shop.store, `bundles/${WEB}`), OTHER);
  const inUse = await shop.call(["delete", "--rm", WEB]);
  expect(inUse).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(new RegExp(`^cannot remove bundle .*/bundles/${WEB}: container ${OTHER} uses its`)),
  });
  const foreign = await shop.call(["delete", "--rm", "--force", OTHER]);
  expect(foreign).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("it is none that run --image has made") });
  await shop.must("delete", "--force", OTHER);
  await shop.must("delete", "--rm", WEB);
  await shop.must("run", "--detach", "--image", "base:1", WEB, ...wait);
  await shop.must("delete", "--rm", "--force", WEB);
  expect(await bundlesOf(shop)).toEqual([]);
});

test.if(possible)("a host directory is visible, and read-only with :ro", async () => {
  await using shop = await openShop();
  await mkdir(join(shop.box.host, "data"));
  const run = (mode: string) => [
    ...["run", "--image", "base:1", "--rm", "-v", `${shop.box.host}/data:/data${mode}`, "--", "sh", "-c"],
    "echo x >/data/new",
  ];
  expect(await shop.call(run(":ro"))).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Read-only file system") });
  await shop.must(...run(""));
  expect(await readFile(join(shop.box.host, "data/new"), "utf8")).toBe("x\n");
});

test.if(possible)("options go into the bundle's config.json", async () => {
  await using shop = await openShop();
  const bundle = join(shop.box.directory, "made");
  const options = ["--memory", "64m", "--cpu-shares", "256", "--env", "A=b", "-e", "PATH=/x", "--user", "7:8", "--tty"];
  expect(await shop.must("bundle", ...options, "base:1", bundle, "--", "sh", "-l")).toBe("");
  const { process, linux, root } = JSON.parse(await readFile(join(bundle, "config.json"), "utf8"));
  expect({ args: process.args, user: process.user, terminal: process.terminal }).toEqual({
    args: ["sh", "-l"],
    user: { uid: 7, gid: 8 },
    terminal: true,
  });
  expect(process.env).toEqual(expect.arrayContaining(["A=b", "PATH=/x"]));
  expect(process.env.filter((one: string) => one.startsWith("PATH="))).toHaveLength(1);
  expect([linux.resources.memory, linux.resources.cpu, root.readonly]).toEqual([{ limit: 67_108_864 }, { shares: 256 }, false]);
  expect(JSON.parse(await readFile(join(bundle, "layers.json"), "utf8"))).toEqual({
    schemaVersion: 1,
    layers: [expect.stringMatching(/^sha256:/)],
    from: { image: "base:1", manifest: expect.stringMatching(/^sha256:/) },
  });
});

test.if(possible)("the process gets the entrypoint, directory, host name and read-only root from the options", async () => {
  await using shop = await openShop();
  const script = "echo $0 $(pwd) $(cat /proc/sys/kernel/hostname); echo x 2>/dev/null >/new || echo read-only";
  const options = ["--entrypoint", "sh", "--workdir", "/proc", "--hostname", "box.test", "--read-only", "-v", "kept:/kept"];
  expect(await shop.must("run", "--image", "base:1", "--rm", ...options, "--", "-c", script, "me")).toBe("me /proc box.test\nread-only\n");
});

test.if(possible)("a bundle keeps working when its image's name moves to another image and the rest is collected", async () => {
  await using shop = await openShop();
  const bundle = join(shop.box.directory, "made");
  await shop.must("bundle", "base:1", bundle, "--", "sh", "-c", "cat /which");
  await shop.add("base:1", "two");
  await shop.must("image", "gc");
  expect(await shop.must("run", "--bundle", bundle, OLD)).toBe("one\n");
  expect(await shop.must("run", "--rm", "--image", "base:1", NEW, "--", "sh", "-c", "cat /which")).toBe("two\n");
});

test.if(possible)("layers.json may name the image", async () => {
  await using shop = await openShop();
  await writeFile(join(shop.box.path, "layers.json"), '{"schemaVersion":1,"image":"base:1"}');
  await mkdir(join(shop.box.path, "rootfs"), { recursive: true });
  const config = JSON.parse(await readFile(join(shop.box.path, "config.json"), "utf8"));
  config.process.args = ["sh", "-c", "cat /which"];
  await writeFile(join(shop.box.path, "config.json"), JSON.stringify(config));
  expect(await shop.must("run", "--bundle", shop.box.path, shop.box.id)).toBe("one\n");
});

test.if(possible).each([
  ["an image that is not there", ["--image", "none"], "cannot find image", "lamina image list"],
  ["no image where one is needed", ["--memory", "1g", "a"], "--memory is for --image", "--help"],
  ["a switch that needs an image", ["--read-only", "a"], "--read-only is for --image", "--help"],
  ["a list that needs an image", ["-v", "a:/a", "a"], "--volume is for --image", "--help"],
  ["a bundle and an image", ["--image", "base:1", "--bundle", "/b"], "--image makes a bundle, and --bundle names one", "--help"],
  ["a volume that is none", ["--image", "base:1", "-v", "/a"], 'cannot use volume "/a"', "path:/destination"],
  ["a size that is none", ["--image", "base:1", "-m", "lots"], 'cannot limit memory to "lots"', "k, m, g or t"],
  ["a user that the image does not know", ["--image", "base:1", "-u", "who"], 'cannot use user "who"', "numbers"],
  ["no id", [], "<id> is missing", "--help"],
  ["a program that is not there", ["--image", "base:1", "--", "none"], 'exec: "none": executable file not found in $PATH', "PATH"],
])("%s is an error that leaves nothing", async (_, words, message, hint) => {
  await using shop = await openShop();
  const { exitCode, stderr } = await shop.call(["run", ...words]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(message) });
  expect(stderr).toContain(hint);
  expect(await bundlesOf(shop)).toEqual([]);
});

test.if(possible)("a bundle is not made over another one", async () => {
  await using shop = await openShop();
  const bundle = join(shop.box.directory, "made");
  await shop.must("bundle", "base:1", bundle);
  const refused = await shop.call(["bundle", "base:1", bundle]);
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("made/config.json is there already") });
});
