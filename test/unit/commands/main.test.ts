/** lamina as a process: where output goes, and the exit status. */
import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { parseObject } from "../../support/json.ts";
import { tempDir } from "../../support/temp-dir.ts";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const USAGE = 'cannot run "lamina state": <id> is missing';

interface Result {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function lamina(...argv: string[]): Result {
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, "scripts/lamina.ts", ...argv]);
  return { status: exitCode, out: stdout.toString(), err: stderr.toString() };
}

test("the version has the lines that dockerd reads", () => {
  const { status, out, err } = lamina("--version");
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toMatch(/^lamina version \d+\.\d+\.\d+\ncommit: \S+\nspec: 1\.3\.0\nengine: Bun \d\S*\n$/);
});

test("help goes to stdout with status 0, and so does lamina without any argument", () => {
  const { status, out, err } = lamina("--help");
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toStartWith("NAME:\nlamina - Open Container Initiative runtime\n\nUSAGE:\nlamina [global options] <command>");
  expect(lamina()).toEqual({ status, out, err });
});

test("an error goes to stderr alone, with status 1", () => {
  expect(lamina("state")).toEqual({ status: 1, out: "", err: `${USAGE}\n  hint: see lamina state --help\n` });
});

test("an error goes to the log as well, as the line that engines parse", async () => {
  await using directory = await tempDir();
  const log = `${directory.path}/log.json`;
  expect(lamina("--log", log, "--log-format", "json", "state").err).toStartWith(`${USAGE}\n`);
  const { time, ...line } = parseObject(await readFile(log, "utf8"));
  expect(line).toEqual({ level: "error", msg: `${USAGE} (hint: see lamina state --help)` });
  expect(time).toMatch(TIME);
});

test("the log is appended to, and debug lines go there rather than to stderr, which may be the container's", async () => {
  await using directory = await tempDir({ "log.txt": "before\n" });
  const log = `${directory.path}/log.txt`;
  expect(lamina("--log", log, "--debug", "spec", "--bundle", directory.path)).toEqual({ status: 0, out: "", err: "" });
  const [before, line, end] = (await readFile(log, "utf8")).split("\n");
  expect([before, end]).toEqual(["before", ""]);
  expect(line).toMatch(/^time="\S+" level=debug msg="wrote .*\/config\.json"$/);
});

test("without a log, json goes to stderr", () => {
  expect(parseObject(lamina("--log-format", "json", "state").err)).toMatchObject({ level: "error" });
});

test("a log that cannot be opened is an error", () => {
  const { status, err } = lamina("--log", "/no/such/directory/log", "list");
  expect(status).toBe(1);
  expect(err).toStartWith("cannot open /no/such/directory/log: no such file or directory\n");
});

test("a log that cannot be written to does not hide the error itself", () => {
  const { status, err } = lamina("--log", "/dev/full", "state");
  expect(status).toBe(1);
  expect(err).toStartWith(`${USAGE}\n`);
  expect(err).toContain("warning: cannot write /dev/full: no space left on device");
});

test("a stdout that cannot be written to is an error", () => {
  const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", `${process.execPath} scripts/lamina.ts features >/dev/full`]);
  expect({ exitCode, err: stderr.toString() }).toEqual({
    exitCode: 1,
    err: "cannot write the result to stdout: no space left on device\n  kernel: write(2) gave ENOSPC\n",
  });
});

test("a stdout that nobody reads is an error", async () => {
  await using directory = await tempDir();
  const program = `mkfifo f; exec 3<>f 4>f 3<&-; exec ${process.execPath} ${process.cwd()}/scripts/lamina.ts features >&4`;
  const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", program], { cwd: directory.path });
  expect({ exitCode, err: stderr.toString() }).toEqual({
    exitCode: 1,
    err: "cannot write the result to stdout: broken pipe\n  kernel: write(2) gave EPIPE\n",
  });
});

test("an stderr that takes nothing changes no status", () => {
  const { exitCode, stdout } = Bun.spawnSync(["sh", "-c", `${process.execPath} scripts/lamina.ts state 2>/dev/full`]);
  expect({ exitCode, out: stdout.toString() }).toEqual({ exitCode: 1, out: "" });
});

test("a package.json in the working directory, which yargs looks for, does not change the help", async () => {
  await using directory = await tempDir({ "package.json": '{"version": "9.9.9", "yargs": {"boolean-negation": true}}' });
  const main = `${process.cwd()}/scripts/lamina.ts`;
  const there = Bun.spawnSync([process.execPath, main, "kill", "--help"], { cwd: directory.path });
  expect(there.stdout.toString()).toBe(lamina("kill", "--help").out);
});

test("a bundle that is a file gives one error for spec", async () => {
  await using directory = await tempDir({ file: "" });
  const { status, err } = lamina("spec", "--bundle", `${directory.path}/file`);
  expect({ status, first: err.split("\n")[0] }).toEqual({
    status: 1,
    first: `cannot write ${directory.path}/file/config.json: no such directory`,
  });
});
