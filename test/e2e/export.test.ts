/** lamina export and image export --format rootfs: one archive of all that a container sees. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { imageBox } from "../support/image-box.ts";
import { openShop, type Shop } from "../support/image-shop.ts";
import { BASE, CHANGES, laminaTree, umociTree } from "../support/image-trees.ts";
import { ownId } from "../support/own-id.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const [WRITER, MAPPED] = [ownId("writer"), ownId("mapped")] as const;

const possible = requires("root", "busybox");

const WRITE =
  "echo two > /which; rm /bin/sh; mkdir -p /new/d; echo x > /new/d/x; ln /new/d/x /new/hard; chown 7:8 /new; echo v > /dev/volatile";

/** The content of an archive, as GNU tar lists it. */
function list(archive: string): string[] {
  const listed = Bun.spawnSync(["tar", "--numeric-owner", "-tvf", archive], { env: { LC_ALL: "C", TZ: "UTC" } });
  expect(listed.stderr.toString()).toBe("");
  return listed.stdout
    .toString()
    .trim()
    .split("\n")
    .map((line) => line.replace(/ +\S+ \d{4}-\d\d-\d\d \d\d:\d\d /, " "));
}

test.if(possible)("a container's files are exported as it sees them, and can be imported as a base image", async () => {
  await using shop = await openShop();
  await shop.must("run", "--image", "base:1", WRITER, "--", "/bin/sh", "-c", WRITE);
  const archive = join(shop.box.host, "out.tar");
  expect(await shop.must("export", WRITER, archive)).toBe("");
  expect(list(archive)).toEqual([
    "drwxr-xr-x 0/0 ./",
    "-rw-r--r-- 0/0 which",
    "drwxr-xr-x 0/0 bin/",
    "-rwxr-xr-x 0/0 bin/busybox",
    "drwxr-xr-x 0/0 dev/",
    "drwxr-xr-x 7/8 new/",
    expect.stringMatching(/^-rw-r--r-- 0\/0 new\/hard|^hrw-r--r-- 0\/0 new\/hard/),
    "drwxr-xr-x 0/0 new/d/",
    expect.stringContaining("new/d/x"),
    "drwxr-xr-x 0/0 proc/",
    "drwxr-xr-x 0/0 sys/",
  ]);
  await shop.must("image", "import", "--quiet", archive, "again:1");
  const read = ["/bin/busybox", "cat", "/which", "/new/d/x"];
  expect(await shop.must("run", "--rm", "--image", "again:1", "--", ...read)).toBe("two\nx\n");
});

test.if(possible)(
  "exports of the same files are the same, to a file and to standard output, before and after the container is gone",
  async () => {
    await using shop = await openShop();
    const [first, second] = ["first.tar", "second.tar"].map((name) => join(shop.box.host, name));
    await shop.must(
      "run",
      "--image",
      "base:1",
      "--detach",
      WRITER,
      "--",
      "/bin/sh",
      "-c",
      "echo two > /next; mv /next /which; exec sleep 1000 </dev/null >/dev/null 2>&1",
    );
    await untilWritten(shop);
    await shop.must("export", WRITER, first ?? "");
    expect(JSON.parse(await shop.must("state", WRITER)).status).toBe("running");
    await shop.must("delete", "--force", WRITER);
    await shop.must("export", "--no-pause", WRITER, second ?? "");
    expect(Bun.spawnSync(["cmp", first ?? "", second ?? ""]).success).toBe(true);
    const prefix = ["sh", "-c", `"$@" | cmp - ${first}`, "sh"];
    expect(await shop.call(["export", WRITER, "-"], { prefix })).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  },
);

async function untilWritten(shop: Shop): Promise<void> {
  await until("the container has written", async () => (await shop.must("diff", WRITER)).includes("C /which"));
}

test.if(possible)("the owners in the archive are those that the container sees", async () => {
  await using shop = await openShop();
  const mapped = join(shop.box.host, "bundle");
  await shop.must("bundle", "base:1", mapped, "--", "/bin/busybox", "true");
  const config = JSON.parse(await readFile(join(mapped, "config.json"), "utf8"));
  const mapping = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
  config.linux.namespaces.push({ type: "user" });
  Object.assign(config.linux, { uidMappings: mapping, gidMappings: mapping });
  await writeFile(join(mapped, "config.json"), JSON.stringify(config));
  await shop.must("create", "--bundle", mapped, MAPPED);
  Bun.spawnSync(["sh", "-c", "echo own > own && chown 100007:100008 own"], { cwd: join(mapped, "upper") });
  const archive = join(shop.box.host, "out.tar");
  await shop.must("export", MAPPED, archive);
  expect(list(archive).filter((line) => line.endsWith(" own"))).toEqual(["-rw-r--r-- 7/8 own"]);
  await shop.must("delete", "--force", MAPPED);
});

test.if(possible)("whatever cannot be exported is reported, and nothing is written", async () => {
  await using shop = await openShop();
  const archive = join(shop.box.host, "out.tar");
  expect(await shop.call(["export", "nobody", archive])).toMatchObject({ exitCode: 1, stderr: "container does not exist: nobody\n" });
  const named = await shop.call(["image", "export", "--format", "rootfs", "--name", "x:1", "base:1", archive]);
  expect(named).toMatchObject({ exitCode: 1, stderr: "cannot export the root filesystem as x:1: it is no image and has no name\n" });
  expect(await Bun.file(archive).exists()).toBe(false);
});

test.if(possible && requires("umoci", "setfattr"))(
  "the root filesystem of an image is what umoci unpacks, and so is the image that is made of it",
  async () => {
    await using box = await imageBox();
    const script = `
    umoci init --layout made && umoci new --image made:one
    umoci unpack --image made:one a && (cd a/rootfs && ${BASE}) && umoci repack --image made:one a
    umoci unpack --image made:one b && (cd b/rootfs && ${CHANGES}) && umoci repack --image made:two b`;
    await box.tool(["sh", "-ec", script]);
    await box.must(["import", "made"]);
    await box.must(["export", "--format", "rootfs", "two", "two.tar"]);
    await box.must(["import", "two.tar", "flat"]);
    expect(JSON.parse(await box.must(["inspect", "flat"])).layers).toHaveLength(1);
    expect(await laminaTree(box, "flat")).toBe(await umociTree(box, "made:two"));
    const words = [...runtimeUnderTest().argv, "--image-root", box.store, "image", "export", "-f", "rootfs", "flat", "-"];
    expect(await box.tool(["sh", "-c", '"$@" | cmp - two.tar', "sh", ...words])).toBe("");
  },
);
