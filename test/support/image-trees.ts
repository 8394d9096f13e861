/** Images with files of every kind and every attribute, and merged trees as text: whatever two tools see differently is a different line. */
import type { ImageBox } from "./image-box.ts";
import { MOUNT_OVERLAY } from "./mount-overlay.ts";

/** The base layer's content, made by a script in the root of a tree. */
export const BASE = `
  mkdir -p etc dir/sub empty gone/deep refilled/below moved special && echo base > etc/motd && echo one > dir/sub/one && echo x > gone/deep/x
  echo 1 > refilled/old && echo 2 > refilled/below/old && echo data > moved/data && echo lower > etc/linked && ln etc/linked etc/linked-too
  chmod 4755 etc/motd && chown 12:34 dir && chmod 1777 empty && chmod 2750 moved && chown 3000000:4000000 etc/linked
  ln -s ../etc/motd dir/link && ln -s /nowhere dangling && ln etc/motd dir/hard
  mkfifo special/pipe && mknod special/null c 1 3 && mknod special/disk b 8 17 && chmod 640 special/disk && chown 0:6 special/disk
  setfattr -n user.note -v hello dir/sub/one && setfattr -n user.binary -v 0x00ff0a3d dir/sub/one && setfattr -n user.dir -v d dir
  setfattr -n user.large -v 0x$(head -c 3000 /dev/zero | od -An -v -tx1 | tr -d ' \\n') etc/linked
  cp etc/motd special/capable && setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 special/capable
  head -c 3000000 /dev/urandom > large && truncate -s 5000000 sparse && printf end >> sparse && : > nothing
  mkdir -p "with space/é" && echo l > "with space/é/中文" && echo b > "$(printf 'latin\\351')" && printf x > "with
newline"
  mkdir -p ${"long-directory-name/".repeat(12)} && echo far > ${"long-directory-name/".repeat(12)}file && echo n > ${"n".repeat(255)}
  ln -s ${"target/".repeat(40)} long-link && ln ${"n".repeat(255)} hard-to-long
  touch -d @1234567890.123456789 dir/sub/one && touch -d @-1.5 nothing && touch -d @5000000000 special/pipe && touch -h -d @1000000000.25 dir/link
  touch -d @1300000000.5 dir empty`;

/** Another layer on it: changes, removals, recreated directories, directories replaced by files and the reverse. */
export const CHANGES = `
  rm -r gone dir/link && rm -r dir/sub && mkdir dir/sub && echo two > dir/sub/two && echo top > etc/new && rm large && echo small > large
  rm -r refilled && mkdir -p refilled/below && echo new > refilled/below/new && rm -r moved && echo file > moved
  rm dangling && mkdir dangling && echo in > dangling/in && ln etc/linked etc/linked-in-layer && chmod 600 etc/motd
  setfattr -x user.dir dir && setfattr -n user.more -v m etc/new && rm special/pipe && touch -d @1400000000.000000001 dir/sub/two`;

/** Names, kinds, modes, owners, times, links, devices, attributes and contents below the working directory, in order. Not the number of links: overlayfs counts names that it hides. */
export const LISTING = `export LC_ALL=C
  find . -mindepth 1 ! -type f -printf '%P %y %m %U:%G %T@ %l\\n' | sort
  find . -type f -printf '%P %y %m %U:%G %T@ %s\\n' | sort
  find . \\( -type b -o -type c \\) -print0 | sort -z | xargs -0 -r stat -c '%n %t:%T'
  find . -type f -print0 | sort -z | xargs -0 -r sha256sum
  find . -type f -links +1 -printf '%i %p\\n' | sort -k2 | awk '{ i = $1; $1 = ""; same[i] = same[i] $0; n[i]++ } END { for (i in n) if (n[i] > 1) print "same" same[i] }' | sort
  find . -print0 | sort -z | xargs -0 getfattr -h -d -e hex -m '^user\\.|^security\\.capability'`;

/** The tree that umoci unpacks. */
export async function umociTree(box: ImageBox, image: string): Promise<string> {
  const script = `rm -rf unpacked && umoci unpack --image "$0" unpacked > /dev/null 2>&1\n cd unpacked/rootfs\n ${LISTING}`;
  return box.tool(["sh", "-ec", script, image]);
}

/** The tree that an overlay of the layers shows that lamina has unpacked. */
export async function laminaTree(box: ImageBox, image: string): Promise<string> {
  const { layers } = JSON.parse(await box.must(["inspect", image]));
  const lowers = layers.map(({ chainId }: { chainId: string }) => `store/layers/${chainId.replace(":", "/")}/diff`).reverse();
  await box.tool(["mkdir", "-p", "merged", "nothing"]);
  const lowerdir = [...lowers, "nothing"].join(":");
  const script = `${MOUNT_OVERLAY} ro,lowerdir=${lowerdir} overlay merged\n cd merged\n ${LISTING}`;
  return box.tool(["unshare", "--mount", "--propagation", "private", "sh", "-ec", script]);
}
