/** Layers made by other tools, compared with how other tools unpack them: GNU tar for one layer, umoci for several. */
import { describe, expect, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { parseDigest } from "../../../src/base/digest.ts";
import { readChunks } from "../../../src/image/stream/file-chunks.ts";
import { uncompressed } from "../../../src/layers/archive/compression.ts";
import { diskLayerStore } from "../../../src/layers/store/disk-store.ts";
import { unpackLayer } from "../../../src/layers/write/unpack.ts";
import { archiveOf, type Member } from "../../support/archive.ts";
import { requires } from "../../support/requires.ts";
import { type TempDir, tempDir } from "../../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../../support/until.ts";
import { mergedTree } from "./merged.ts";
import { treeOf } from "./unpacked.ts";

function run(...args: string[]): string {
  const result = Bun.spawnSync(args);
  if (result.exitCode !== 0) throw new Error(`${args.join(" ")} failed: ${result.stderr.toString()}`);
  return result.stdout.toString();
}

/** A realistic root file system: a hundred applets by hard and symbolic links, devices, modes, owners, times. */
const POPULATE = `
mkdir -p bin sbin usr/bin usr/share/doc etc/init.d dev tmp var/empty home/user root
cp "$1" bin/busybox
n=0; for applet in $(bin/busybox --list); do n=$((n+1)); [ $((n % 3)) = 0 ] && ln bin/busybox "usr/bin/$applet" || ln -s ../../bin/busybox "usr/bin/$applet"; done
ln -s /run var/run; ln -s usr/lib lib; mkdir -p usr/lib; echo lib > usr/lib/libc.so
chmod 1777 tmp; chmod 700 root; chmod 4755 bin/busybox; chmod 2755 home/user; chown 1000:1000 home/user
mknod dev/null c 1 3; mknod dev/sda b 8 0; mkfifo dev/pipe
for i in $(seq 200); do head -c $((i * 37)) /dev/zero > usr/share/doc/$i; done; truncate -s 100000 usr/share/doc/hole
touch -h -d @1.5 var/run; touch -d 1990-01-01 etc/init.d; touch -d "2024-02-29 12:34:56.123456789" usr/share/doc/1
mkdir "usr/share/$(printf 'l\\351gume')"; touch "usr/share/$(printf 'l\\351gume')/x"
find . -exec touch -h -d @1700000000 {} +
touch -h -d @1.5 var/run
`;

async function rootfs(): Promise<TempDir> {
  const work = await tempDir({ "root/.": { directory: true } });
  run("sh", "-euc", `cd ${work.path}/root; umask 022; ${POPULATE}`, "sh", Bun.which("busybox") ?? "");
  return work;
}

describe.if(requires("root", "busybox"))("[L2] [L8] [L9] an archive of GNU tar's", () => {
  test.each([
    ["--format=posix", "--xattrs"],
    ["--format=gnu", "--no-xattrs"],
    ["--format=ustar", "--no-xattrs"],
    ["--format=posix", "--gzip"],
  ])(
    "unpacks as GNU tar does: %s %s",
    async (format, option) => {
      await using work = await rootfs();
      run("tar", "-C", `${work.path}/root`, "--numeric-owner", format, option, "-cf", `${work.path}/a.tar`, ".");
      await mkdir(`${work.path}/theirs`);
      await mkdir(`${work.path}/ours`);
      run("tar", "-C", `${work.path}/theirs`, "--numeric-owner", "--same-owner", "-xpf", `${work.path}/a.tar`);
      unpackLayer(uncompressed(readChunks(`${work.path}/a.tar`)), `${work.path}/ours`);
      const ours = treeOf(`${work.path}/ours`, true);
      expect(ours).toEqual(treeOf(`${work.path}/theirs`, true));
      expect(ours.length).toBeGreaterThan(400);
      expect(run("diff", "-r", "--no-dereference", `${work.path}/ours/usr`, `${work.path}/theirs/usr`)).toBe("");
    },
    TEST_TIMEOUT,
  );
});

const LAYERS: readonly (readonly Member[])[] = [
  [
    { name: "usr/share/doc/.wh.7" },
    { name: "etc/", mode: 0o711 },
    { name: "etc/motd", content: "hello", xattrs: { "user.a": "1" } },
    { name: ".wh.home" },
  ],
  [
    { name: "usr/share/doc/", mode: 0o750, uid: 7 },
    { name: "usr/share/doc/.wh..wh..opq" },
    { name: "usr/share/doc/new", content: "n" },
    { name: "home/" },
    { name: "home/again" },
  ],
  [
    { name: "lib/by-link", content: "x" },
    { name: "usr/bin/again", kind: "hardlink", linkName: "etc/motd" },
    { name: "tmp/inherits" },
    { name: "bin/busybox", content: "gone" },
  ],
  [{ name: "etc/init.d", kind: "symlink", linkName: "nowhere" }, { name: "dev/sda" }, { name: "usr/share/doc", content: "a file now" }],
];

describe.if(requires("root", "busybox", "umoci"))("[L1] [L5] an image of umoci's", () => {
  test("shows the same tree as umoci unpacks", async () => {
    await using work = await rootfs();
    const image = `${work.path}/oci:test`;
    run("tar", "-C", `${work.path}/root`, "--numeric-owner", "-cf", `${work.path}/0.tar`, ".");
    for (const [i, members] of LAYERS.entries()) await Bun.write(`${work.path}/${i + 1}.tar`, archiveOf(...members));
    run("umoci", "init", "--layout", `${work.path}/oci`);
    run("umoci", "new", "--image", image);
    for (let i = 0; i <= LAYERS.length; i++) run("umoci", "raw", "add-layer", "--image", image, `${work.path}/${i}.tar`);
    run("umoci", "unpack", "--image", image, `${work.path}/theirs`);

    const store = diskLayerStore(work.path);
    let top: string | undefined;
    for (const { digest, diffId } of await layersOf(`${work.path}/oci`)) {
      const request = {
        diffId: parseDigest(diffId, "a diff id"),
        ...(top === undefined ? {} : { parent: parseDigest(top, "a chain id") }),
      };
      top = (await store.put(request, uncompressed(readChunks(blobPath(`${work.path}/oci`, digest))))).record.chainId;
    }
    const ours = await mergedTree(store.chain(parseDigest(top, "a chain id")));
    expect(ours).toEqual(treeOf(`${work.path}/theirs/rootfs`));
    expect(ours.join("\n")).toContain('etc/init.d link 777 0 0 "nowhere"');
    expect(ours.join("\n")).toContain("usr/lib/by-link file 644 0 0 1");
    expect(ours).toContain("tmp directory 1777 0 0");
  }, 60_000);
});

function blobPath(layout: string, digest: string): string {
  return `${layout}/blobs/sha256/${digest.slice("sha256:".length)}`;
}

/** What the image's manifest and config say about its layers. */
async function layersOf(layout: string): Promise<{ digest: string; diffId: string }[]> {
  const index = await Bun.file(`${layout}/index.json`).json();
  const manifest = await Bun.file(blobPath(layout, index.manifests[0].digest)).json();
  const config = await Bun.file(blobPath(layout, manifest.config.digest)).json();
  expect(await readdir(`${layout}/blobs/sha256`)).toContain(manifest.config.digest.slice("sha256:".length));
  return manifest.layers.map(({ digest }: { digest: string }, i: number) => ({ digest, diffId: config.rootfs.diff_ids[i] }));
}
