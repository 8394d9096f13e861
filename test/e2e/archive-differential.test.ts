/** The same files archived by other programs, in every format that they write, yield the same tree. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { imageBox } from "../support/image-box.ts";
import { LISTING, laminaTree } from "../support/image-trees.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const LONG = "n".repeat(120);

/** Whole seconds, and no owner or name that some format cannot store. */
const TREE = `
  mkdir -p tree/a/${LONG} tree/b && cd tree
  echo one > a/one && ln a/one a/two && ln -s ${LONG} a/link && echo deep > a/${LONG}/deep && chmod 4755 a/one
  ln -s ${"t/".repeat(300)}end b/far && mkfifo b/fifo && printf '' > b/empty && head -c 70000 /dev/urandom > b/large
  truncate -s 5M b/hole && printf middle | dd of=b/hole bs=1 seek=3000000 conv=notrunc status=none
  find . -depth -exec touch -h -d @1500000000 {} +`;

/** GNU tar's older formats with room for names and targets of this length. */
const PACKERS = {
  "GNU tar, gnu": "tar --format=gnu -C tree -cf out.tar .",
  "GNU tar, pax": "tar --format=pax -C tree -cf out.tar .",
  "GNU tar, oldgnu with holes": "tar --format=oldgnu -S -C tree -cf out.tar .",
  "GNU tar, pax with holes, version 0.0": "tar --format=pax --sparse-version=0.0 -S -C tree -cf out.tar .",
  "GNU tar, pax with holes, version 0.1": "tar --format=pax --sparse-version=0.1 -S -C tree -cf out.tar .",
  "GNU tar, pax with holes, version 1.0": "tar --format=pax --sparse-version=1.0 -S -C tree -cf out.tar .",
  "GNU tar, absolute names": "tar --format=gnu -P --transform 's,^[.]/*,/,Sh' -C tree -cf out.tar .",
  "GNU tar, with a label and without padding": "tar --format=gnu -V label -b 1 -C tree -cf out.tar .",
  "GNU tar, for an incremental backup": "tar --format=gnu -g snapshot -C tree -cf out.tar .",
  busybox: "busybox tar -C tree -cf out.tar .",
} as const;

test.if(requires("root", "busybox", "setfattr"))("an imported archive shows the same tree, whichever program wrote it", async () => {
  await using box = await imageBox();
  await box.tool(["sh", "-ec", TREE]);
  const expected = await box.tool(["sh", "-ec", `cd tree && ${LISTING}`]);
  expect(expected).toContain("b/hole");
  for (const [packer, script] of Object.entries(PACKERS)) {
    await box.tool(["sh", "-ec", `rm -rf out.tar snapshot; ${script}`], { env: { LC_ALL: "C" } });
    await box.must(["import", "out.tar", "x:1"]);
    expect({ packer, tree: await laminaTree(box, "x:1") }).toEqual({ packer, tree: expected });
  }
});

test.if(requires("root"))("a sparse file archived by GNU tar takes no more space in the store than before", async () => {
  await using box = await imageBox();
  await box.tool(["sh", "-ec", "mkdir tree && truncate -s 20G tree/hole && echo end >> tree/hole && tar -S -C tree -cf out.tar ."]);
  await box.must(["import", "out.tar", "x:1"]);
  expect(Number((await box.tool(["du", "-sm", "store"])).split("\t")[0])).toBeLessThan(2);
  await box.must(["export", "--format", "rootfs", "x:1", "flat.tar"]);
  expect(await box.tool(["sh", "-ec", "mkdir back && tar -xf flat.tar -C back && stat -c %s back/hole && tail -c 4 back/hole"])).toBe(
    `${20 * 2 ** 30 + 4}\nend\n`,
  );
  expect(Number((await box.tool(["du", "-sm", "flat.tar", "back"])).split("\t")[0])).toBeLessThan(2);
});
