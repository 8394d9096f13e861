/** An image of three layers with everything that layers can say about those below, and how a container shows it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { listTree } from "../../src/layers/store/tree-listing.ts";
import { OPEN, openFile } from "../../src/sys/file/file.ts";
import { digestOf } from "../../src/sys/library/hash.ts";
import { archiveOf, type Member } from "./archive.ts";
import { TestLayout } from "./image-layout.ts";
import { staticBusybox } from "./requires.ts";

const TIME = { seconds: 1_600_000_000, nanoseconds: 123_456_789 };
/** cap_net_raw+ep, as the kernel stores it. */
const CAPABILITY = Buffer.from("0100000200200000000000000000000000000000", "hex").toString("latin1");

const directory = (name: string, more: Partial<Member> = {}): Member => ({ name, modified: TIME, ...more });
const file = (name: string, content = `${name}\n`, more: Partial<Member> = {}): Member => ({ name, content, modified: TIME, ...more });

const base = (): Member[] => [
  directory("./", { mode: 0o751 }),
  ...["bin/", "dev/", "proc/", "sys/", "etc/", "d/", "d/sub/", "old/", "old/y/", "gone/"].map((name) => directory(name)),
  directory("tmp/", { mode: 0o1777 }),
  directory("owned/", { mode: 0o2770, uid: 7, gid: 8, xattrs: { "user.of": "a directory" } }),
  { name: "bin/busybox", content: readFileSync(staticBusybox() ?? ""), mode: 0o755, modified: TIME },
  { name: "bin/sh", kind: "symlink", linkName: "busybox", modified: TIME },
  file("etc/passwd", "root:x:0:0:root:/:/bin/sh\n"),
  file("etc/group", "root:x:0:\n", { uid: 3, gid: 4 }),
  ...["d/a", "d/b", "d/sub/s", "old/x", "old/y/z", "gone/x", "swap"].map((name) => file(name)),
  directory("swapped/"),
  file("swapped/x"),
  file("first", "linked\n"),
  { name: "second", kind: "hardlink", linkName: "first" },
  file("raised", "#!\n", { mode: 0o6755, uid: 9, gid: 10 }),
  file("capable", "x", { xattrs: { "security.capability": CAPABILITY, "user.note": "a\0b" } }),
  file("big", "0123456789abcdef".repeat(100_000)),
  file("no \xff UTF-8\n"),
  { name: "node", kind: "character", device: { major: 1, minor: 3 }, mode: 0o620, uid: 5, modified: TIME },
  { name: "disk", kind: "block", device: { major: 7, minor: 300 }, mode: 0o600, modified: TIME },
  { name: "pipe", kind: "fifo", mode: 0o600, modified: TIME },
  { name: "away", kind: "symlink", linkName: "/etc/../../passwd", uid: 11, modified: TIME },
];

const MIDDLE: readonly Member[] = [
  directory("d/", { mode: 0o711, uid: 5 }),
  { name: "d/.wh.b" },
  { name: ".wh.gone" },
  directory("old/", { uid: 6 }),
  { name: "old/.wh..wh..opq" },
  file("old/new"),
  directory("old/y/"),
  file("old/y/again"),
  directory("swap/"),
  file("swap/x"),
  file("swapped"),
  file("first", "no longer\n"),
];

const TOP: readonly Member[] = [
  directory("./", { mode: 0o755, uid: 2 }),
  directory("d/"),
  file("d/b", "back\n"),
  { name: "third", kind: "hardlink", linkName: "second" },
  { name: ".wh.away" },
];

/** Writes it as an OCI layout with the single image `layered:1`, which is the same every time. */
export function writeLayeredImage(path: string): Promise<string> {
  const layers = [base(), MIDDLE, TOP].map((members) => ({ archive: archiveOf(...members) }));
  const layout = new TestLayout();
  return layout.add(layout.image({ layers, config: { config: { Cmd: ["/bin/sh"] } } }), "layered:1").write(path);
}

/**
 * Names, attributes, links and content of everything that a process sees in its root. Without the times of "/" and the content of
 * /dev, which are the runtime's.
 */
export function shownTree(pid: number): string[] {
  const path = `/proc/${pid}/root`;
  using root = openFile(path, OPEN.read | OPEN.directory);
  return [...listTree(root)].flatMap((line) => {
    const quoted = /^"(?:[^"\\]|\\.)*"/.exec(line)?.[0] ?? "";
    const name = String(JSON.parse(quoted));
    if (name === "dev" || name.startsWith("dev/")) return [];
    const known = line.replace(` same as ${quoted}`, "");
    if (name === "") return [known.replace(/ \d+\.\d{9}/, "")];
    return [known.startsWith(`${quoted} file `) ? `${known} ${digestOf(readFileSync(Buffer.from(join(path, name), "latin1")))}` : known];
  });
}
