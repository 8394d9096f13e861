/** What each mount option of the specification does to the mount, as the kernel lists it in mountinfo. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { hostPath } from "../../src/base/paths.ts";
import { mountOf, readMounts } from "../../src/host/facts/mount-table.ts";
import { requires } from "../support/requires.ts";
import { runContainer } from "../support/run-container.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root", "mount-setattr");

interface Wish {
  readonly type?: "tmpfs" | "bind";
  readonly options: readonly string[];
}

/** Options of the mount, those of the file system but its own words, and propagation; of many mounts in one container. */
async function listed(wishes: readonly Wish[]): Promise<string[]> {
  const mounts = wishes.map(({ type = "tmpfs", options }, i) => ({
    destination: `/at/${i}`,
    type,
    source: type === "bind" ? "@HOST@" : "tmpfs",
    options: type === "bind" ? ["rbind", ...options] : options,
  }));
  const args = ["/probe", ...mounts.flatMap(({ destination }) => ["mount", destination])];
  const { stdout, stderr } = await runContainer({ args, mounts, config: { root: { readonly: false } } });
  expect(stderr).toBe("");
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [mount = "", system = "", propagation = ""] = line.split(" | ");
      const shown = system.split(",").filter((word) => ["rw", "ro", "sync", "dirsync", "lazytime"].includes(word));
      return `${mount.split(" ").at(-1)} | ${shown.join()} | ${propagation}`;
    });
}

/** Each option with its effect on a tmpfs that has none, or that had the opposite. The options of a file system are those of its instance too. */
const EFFECTS: readonly (readonly [options: readonly string[], mount: string, system: string])[] = [
  [["defaults"], "rw,relatime", "rw"],
  [["ro"], "ro,relatime", "rw"], // the mount alone: mount points can be made on it first
  [["ro", "rw"], "rw,relatime", "rw"],
  [["nosuid"], "rw,nosuid,relatime", "rw"],
  [["nosuid", "suid"], "rw,relatime", "rw"],
  [["nodev"], "rw,nodev,relatime", "rw"],
  [["nodev", "dev"], "rw,relatime", "rw"],
  [["noexec"], "rw,noexec,relatime", "rw"],
  [["noexec", "exec"], "rw,relatime", "rw"],
  [["noatime"], "rw,noatime", "rw"],
  [["noatime", "atime"], "rw,relatime", "rw"],
  [["nodiratime"], "rw,nodiratime,relatime", "rw"],
  [["nodiratime", "diratime"], "rw,relatime", "rw"],
  [["relatime"], "rw,relatime", "rw"],
  [["norelatime"], "rw,relatime", "rw"], // nothing but the kernel's default is left
  [["strictatime"], "rw", "rw"],
  [["strictatime", "nostrictatime"], "rw,relatime", "rw"],
  [["nosymfollow"], "rw,relatime,nosymfollow", "rw"],
  [["nosymfollow", "symfollow"], "rw,relatime", "rw"],
  [["sync"], "rw,relatime", "rw,sync"],
  [["sync", "async"], "rw,relatime", "rw"],
  [["dirsync"], "rw,relatime", "rw,dirsync"],
  [["lazytime"], "rw,relatime", "rw,lazytime"],
  [["lazytime", "nolazytime"], "rw,relatime", "rw"],
  [["iversion"], "rw,relatime", "rw"], // in the file system alone, which shows nothing of it
  [["noiversion"], "rw,relatime", "rw"],
  [["silent"], "rw,relatime", "rw"], // in the kernel's log alone
  [["loud"], "rw,relatime", "rw"],
  [["mand"], "rw,relatime", "rw"], // gone from Linux 5.15 on
  [["nomand"], "rw,relatime", "rw"],
];

test.if(root)("[C39] [C41] [C43] each option of a file system has its effect, and a later one undoes an earlier one", async () => {
  expect(await listed(EFFECTS.map(([options]) => ({ options })))).toEqual(
    EFFECTS.map(([, mount, system]) => `${mount} | ${system} | private`),
  );
});

const RECURSIVE: readonly (readonly [options: readonly string[], mount: string])[] = [
  [["rro"], "ro,relatime"],
  [["rro", "rrw"], "rw,relatime"],
  [["rnosuid"], "rw,nosuid,relatime"],
  [["rnosuid", "rsuid"], "rw,relatime"],
  [["rnodev"], "rw,nodev,relatime"],
  [["rnodev", "rdev"], "rw,relatime"],
  [["rnoexec"], "rw,noexec,relatime"],
  [["rnoexec", "rexec"], "rw,relatime"],
  [["rnodiratime"], "rw,nodiratime,relatime"],
  [["rnodiratime", "rdiratime"], "rw,relatime"],
  [["rnosymfollow"], "rw,relatime,nosymfollow"],
  [["rnosymfollow", "rsymfollow"], "rw,relatime"],
  [["rnoatime"], "rw,noatime"],
  [["rnoatime", "ratime"], "rw,relatime"],
  [["rrelatime"], "rw,relatime"],
  [["rstrictatime"], "rw"],
  [["rstrictatime", "rnostrictatime"], "rw,relatime"],
  [["rstrictatime", "rnorelatime"], "rw"],
];

test.if(root)("[C42] each recursive option has its effect on a bind mount, and a later one undoes an earlier one", async () => {
  const shown = await listed(RECURSIVE.map(([options]) => ({ type: "bind", options })));
  expect(shown.map((line) => line.split(" | ")[0])).toEqual(RECURSIVE.map(([, mount]) => mount));
});

test.if(root)("[C40] each of the eight words of propagation has its effect", async () => {
  const words = ["private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable"];
  const shown = await listed(words.map((word) => ({ type: "bind", options: [word] })));
  // a directory of a mount that the host shares has that as its master, and else there is none
  const [shared, slave] = mountOf(hostPath(realpathSync(tmpdir())), readMounts())?.isTied
    ? ["shared slave", "slave"]
    : ["shared", "private"];
  expect(shown.map((line) => line.split(" | ")[2])).toEqual([
    "private",
    "private",
    shared,
    shared,
    slave,
    slave,
    "unbindable",
    "unbindable",
  ]);
});
