/** Binds in a container with a user namespace: sources that its root cannot reach itself, in the order of config.json. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { defaultNamespaces } from "./corpus/case.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "user-namespace", "mount-setattr");
const MAPS = [{ containerID: 0, hostID: 100000, size: 65536 }];
const LINUX = { namespaces: defaultNamespaces("user"), uidMappings: MAPS, gidMappings: MAPS };
const ROOTFS = "@HOST@/../bundle/rootfs";

const bind = (destination: string, source: string, ...options: string[]): JsonObject => ({
  destination,
  source,
  options: ["rbind", ...options],
});

async function boxWith(mounts: readonly JsonObject[], args: readonly string[]): Promise<Sandbox> {
  const box = await sandbox({
    args: ["/probe", ...args],
    config: { linux: LINUX },
    mounts,
    host: { "closed/data/file": "secluded", "closed/data/sub/deep": "deep", "closed/single": "single" },
    rootfs: Object.fromEntries(["a", "b", "c", "t", "u"].map((name) => [name, { directory: true }])),
  });
  await chmod(box.directory, 0o755);
  await chmod(join(box.host, "closed"), 0o700);
  return box;
}

test.if(possible)("a directory and a file that only the host's root can reach are bound, and nothing above them is visible", async () => {
  const mounts = [bind("/a", "@HOST@/closed/data", "ro"), bind("/b/single", "@HOST@/closed/single")];
  const tmpfs = { destination: "/b", type: "tmpfs", source: "tmpfs" };
  await using box = await boxWith([tmpfs, ...mounts], ["read", "/a/file", "read", "/b/single", "ls", "/a/..", "write", "/a/new", "x"]);
  const { stdout } = await box.must(["run", "--bundle", box.path, box.id]);
  expect(stdout.split("\n").slice(0, 2)).toEqual(["read /a/file ok secluded", "read /b/single ok single"]);
  expect(stdout.split("\n").slice(2)).toEqual([expect.stringContaining(" probe "), "write /a/new EROFS", ""]);
});

test.if(possible)("a source may lie on an earlier mount: a bind, or one of the container's own file systems", async () => {
  const mounts = [
    bind("/a", "@HOST@/closed/data"),
    bind("/b", `${ROOTFS}/a/sub`),
    { destination: "/t", type: "tmpfs", source: "tmpfs", options: ["mode=755"] },
    bind("/t/inner", `${ROOTFS}/b`),
    bind("/c", `${ROOTFS}/t`, "ro"),
  ];
  await using box = await boxWith(mounts, ["read", "/b/deep", "ls", "/c", "read", "/c/inner/deep", "mount", "/c"]);
  const { stdout } = await box.must(["run", "--bundle", box.path, box.id]);
  expect(stdout.split("\n").slice(0, 3)).toEqual(["read /b/deep ok deep", "ls /c inner", "read /c/inner/deep ok deep"]);
  expect(stdout).toMatch(/\nmount \/c tmpfs ro,relatime \|/);
});

test.if(possible)("there can be more binds than slots", async () => {
  const many = Array.from({ length: 600 }, (_, i) => bind(`/t/${i}`, "@HOST@/closed/single"));
  await using box = await boxWith([{ destination: "/t", type: "tmpfs", source: "tmpfs" }, ...many], ["read", "/t/0", "read", "/t/599"]);
  const { stdout } = await box.must(["run", "--bundle", box.path, box.id]);
  expect(stdout).toBe("read /t/0 ok single\nread /t/599 ok single\n");
});

test.if(possible)("a missing source is named, with its place in config.json", async () => {
  await using box = await boxWith([bind("/a", "@HOST@/closed/none")], ["say", "never"]);
  const { exitCode, stdout, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
  expect({ exitCode, stdout, left: box.leftovers() }).toEqual({ exitCode: 1, stdout: "", left: [] });
  expect(stderr.split("\n").slice(0, 3)).toEqual([
    `lamina run failed: unable to start container process: error during container init: error mounting "${box.host}/closed/none" to rootfs at "/a": open ${box.host}/closed/none: no such file or directory`,
    expect.stringContaining(" /mounts/7/source"),
    "  kernel: open_tree(2) gave ENOENT",
  ]);
});
