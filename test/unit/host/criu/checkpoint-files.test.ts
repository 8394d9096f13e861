/** What is written beside CRIU's images, and what of the streams is the new caller's. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hostPath } from "../../../../src/base/paths.ts";
import {
  callersStreams,
  outsideFiles,
  readCheckpointFiles,
  readStreams,
  writeCheckpointFiles,
} from "../../../../src/host/criu/checkpoint-files.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const mount = (mountPoint: string, flags: string) => ({ mountPoint, flags });
const FILES = { streams: ["/dev/null", "pipe:[7]", "file[1b:2c]"], external: ["/data"], mounts: [mount("/", "ro"), mount("/data", "rw")] };

test("what was written is read again, and descriptors.json has runc's form", async () => {
  await using directory = await tempDir({});
  const path = hostPath(directory.path);
  writeCheckpointFiles(path, FILES);
  expect(readCheckpointFiles(path)).toEqual(FILES);
  expect(readFileSync(join(path, "descriptors.json"), "utf8")).toBe('["/dev/null","pipe:[7]","file[1b:2c]"]');
});

test("of a user namespace the id mappings are written down", async () => {
  await using directory = await tempDir({});
  const path = hostPath(directory.path);
  const ids = { uidMap: "0 100000 65536\n", gidMap: "0 200000 65536\n" };
  writeCheckpointFiles(path, { ...FILES, ids });
  expect(readCheckpointFiles(path).ids).toEqual(ids);
});

test("a checkpoint of runc's has no mounts.json", async () => {
  await using directory = await tempDir({ "descriptors.json": '["/dev/null","/dev/null","/dev/null"]' });
  expect(readCheckpointFiles(hostPath(directory.path))).toEqual({ streams: Array(3).fill("/dev/null"), external: [], mounts: [] });
});

test("pipes, sockets and files from outside are the caller's, and nothing else is", () => {
  const streams = ["pipe:[7]", "socket:[8]", "file[1b:2c]"];
  expect(callersStreams(streams)).toEqual([
    { key: "pipe:[7]", fd: 0 },
    { key: "socket:[8]", fd: 1 },
    { key: "file[1b:2c]", fd: 2 },
  ]);
  expect(callersStreams(["/etc/shadow", "extRootNetNS", "file[1b:2c]x"])).toEqual([]);
  expect(callersStreams(["", "", "", "pipe:[9]"])).toEqual([]);
});

test("CRIU is told of each file once", () => {
  expect(outsideFiles(["pipe:[7]", "file[1b:2c]", "file[1b:2c]"])).toEqual(["file[1b:2c]"]);
});

test("what the process was given counts, whatever it has in its place now; a path is looked at again", async () => {
  const child = Bun.spawn(["sleep", "100"], { stdio: ["ignore", "ignore", "ignore"] });
  const streams = readStreams(child.pid, ["pipe:[7]", "/srv/log", "file[1b:2c]"], new Set());
  child.kill();
  await child.exited;
  expect(streams).toEqual(["pipe:[7]", "/dev/null", "file[1b:2c]"]);
});

test("a file that no mount of the container has is told by mount and inode", async () => {
  await using directory = await tempDir({ file: "" });
  const child = Bun.spawn(["sleep", "100"], { stdio: [Bun.file(join(directory.path, "file")), "pipe", "ignore"] });
  const [file, pipe, none] = readStreams(child.pid, [], new Set());
  const [inside] = readStreams(child.pid, [], new Set(Array.from({ length: 100_000 }, (_, id) => id)));
  child.kill();
  await child.exited;
  expect([file, pipe, none, inside]).toEqual([
    expect.stringMatching(/^file\[[0-9a-f]+:[0-9a-f]+\]$/),
    expect.stringMatching(/^(pipe|socket):\[\d+\]$/),
    "/dev/null",
    join(directory.path, "file"),
  ]);
});
