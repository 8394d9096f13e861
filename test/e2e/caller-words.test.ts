/** Words by which scripts and engines written for runc know what has happened: they come first, then ours. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const STAGES = ["nsexec container setup", "child process in init()", "init: closing the pipe to signal completion"];

test.if(root).each([
  ["text", "level=debug"],
  ["json", '"level":"debug"'],
])("debug lines of format %s name the stages of a start, on stderr or in the log alone", async (format, level) => {
  await using box = await sandbox({});
  const words = ["--debug", "--log-format", format, "run", "--bundle", box.path, box.id];
  const { stderr } = await box.call(words);
  const log = join(box.host, "log");
  const logged = await box.call(["--log", log, ...words]);
  for (const text of [stderr, await readFile(log, "utf8")]) {
    for (const stage of STAGES) expect(text.split("\n").filter((line) => line.includes(level) && line.includes(stage))).toHaveLength(1);
  }
  expect(logged).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});

test.if(root)("a program that the kernel does not execute is one line if stderr is a pipe, and more in the log", async () => {
  await using box = await sandbox({ args: ["/run.sh"], rootfs: { "run.sh": { text: "#!/mmnnttbb foo bar\n", mode: 0o755 } } });
  const log = join(box.host, "log");
  const { exitCode, stdout, stderr } = await box.call(["--log", log, "run", "--bundle", box.path, box.id]);
  expect([exitCode, stdout, stderr]).toEqual([1, "", "exec /run.sh: no such file or directory\n"]);
  expect(await readFile(log, "utf8")).toContain("/process/args; kernel: execve(2) gave ENOENT; hint: ");
});

test.if(root).each(["proc", "sys"])("a link where /%s is to be mounted", async (name) => {
  await using box = await sandbox({});
  await rm(join(box.rootfs, name), { recursive: true });
  await symlink("/tmp", join(box.rootfs, name));
  const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
  const type = name === "sys" ? "sysfs" : "proc";
  expect([exitCode, stderr.split("\n")[0]]).toEqual([
    1,
    expect.stringContaining(
      `error mounting "${type}" to rootfs at "/${name}": filesystem "${type}" must be mounted on ordinary directory: `,
    ),
  ]);
});

test.if(root && requires("cgroup-v1"))("unified limits on cgroup v1", async () => {
  await using box = await sandbox({ config: { linux: { resources: { unified: { "memory.high": "1" } } } } });
  const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
  expect([exitCode, stderr.split("\n")[0]]).toEqual([1, "invalid configuration: cannot use unified on cgroup v1"]);
});

test.if(root).each([
  ["foo", ["foo"]],
  ["foo -h", ["foo", "-h"]],
  ["help foo", ["help", "foo"]],
])("a command that does not exist: %s", async (_, words) => {
  await using box = await sandbox({});
  const { exitCode, stderr } = await box.call(words);
  expect([exitCode, stderr.split("\n")[0]]).toEqual([3, "No help topic for 'foo'"]);
});

test.if(root)("help, under runc's headings", async () => {
  await using box = await sandbox({});
  for (const words of [["-h"], ["create", "-h"], ["kill", "--help"]]) {
    const { stdout } = await box.must(words);
    const name = words.length === 1 ? "lamina" : `lamina ${words[0]}`;
    const lines = stdout.split("\n").filter(Boolean);
    expect(lines.slice(0, 3)).toEqual(["NAME:", expect.stringContaining(`${name} - `), "USAGE:"]);
  }
});
