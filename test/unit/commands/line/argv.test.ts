import { expect, test } from "bun:test";
import { RuntimeError } from "../../../../src/base/errors.ts";
import { TABLE } from "../../../../src/commands/index.ts";
import { type Call, type HelpCall, parseCommand, parseGlobals, SYNONYMS } from "../../../../src/commands/line/argv.ts";
import { findCommand } from "../../../../src/commands/line/table.ts";

function parse(words: readonly string[]): Pick<Call, "name" | "args"> | HelpCall {
  const parsed = parseCommand(TABLE, words);
  if (!("command" in parsed)) return parsed;
  expect(parsed.command).toBe(findCommand(TABLE, parsed.name) ?? expect.unreachable());
  return { name: parsed.name, args: parsed.args };
}

const CREATE = {
  bundle: undefined,
  consoleSocket: undefined,
  pidfdSocket: undefined,
  pidFile: undefined,
  noPivot: false,
  noNewKeyring: false,
  preserveFds: 0,
};

test.each([
  [
    "containerd's",
    "create --bundle /b --pid-file /b/init.pid --no-pivot ctr",
    { ...CREATE, bundle: "/b", pidFile: "/b/init.pid", noPivot: true, id: "ctr" },
  ],
  [
    "conmon's",
    "create --bundle /b --pid-file /p --preserve-fds 2 ctr",
    { ...CREATE, bundle: "/b", pidFile: "/p", preserveFds: 2, id: "ctr" },
  ],
  ["values after an equals sign", "create --bundle=/a=b --pid-file=/p ctr", { ...CREATE, bundle: "/a=b", pidFile: "/p", id: "ctr" }],
  ["one dash for a long option, as Go", "create -bundle /b -no-pivot ctr", { ...CREATE, bundle: "/b", noPivot: true, id: "ctr" }],
  ["the alias", "create -b /b ctr", { ...CREATE, bundle: "/b", id: "ctr" }],
  ["options after the id", "create ctr --bundle /b --no-pivot", { ...CREATE, bundle: "/b", noPivot: true, id: "ctr" }],
  ["the last of two values", "create --bundle /a --bundle /b ctr", { ...CREATE, bundle: "/b", id: "ctr" }],
  ["an empty value as none", "create --bundle= --console-socket= ctr", { ...CREATE, id: "ctr" }],
  ["a value that looks like an option", "create --bundle --no-pivot ctr", { ...CREATE, bundle: "--no-pivot", id: "ctr" }],
  ["an id after the end of the options", "create -- --ctr", { ...CREATE, id: "--ctr" }],
  ["kill without a signal", "kill ctr", { all: false, id: "ctr", signal: undefined }],
  ["kill as podman calls it", "kill --all ctr 9", { all: true, id: "ctr", signal: "9" }],
  ["a negative number as an argument", "kill ctr -9", { all: false, id: "ctr", signal: "-9" }],
  ["a lone dash as an argument", "kill ctr -", { all: false, id: "ctr", signal: "-" }],
  ["a boolean's value", "kill --all=false -a=T ctr", { all: true, id: "ctr", signal: undefined }],
  ["a boolean that is taken back", "kill --all --all=0 ctr", { all: false, id: "ctr", signal: undefined }],
  ["aliases of list", "list -q -f json", { format: "json", quiet: true, size: false, all: false }],
  ["the default of a choice", "list --format=", { format: "table", quiet: false, size: false, all: false }],
  ["a list of words", "completion --word a --word= --word=--b", { word: ["a", "", "--b"] }],
  ["an id that may be missing", "explain", { ...CREATE, format: "text", id: undefined }],
])("it reads %s", (_, line, args) => {
  const words = line.split(" ");
  expect(parse(words)).toEqual({ name: words[0] ?? "", args });
});

test("a command of a group is named by two words", () => {
  const args = { platform: "linux/arm64", allPlatforms: false, ref: undefined, quiet: true, source: "-", name: "web:1" };
  expect(parse(["image", "import", "-q", "--platform", "linux/arm64", "-", "web:1"])).toEqual({ name: "image import", args });
});

test.each([
  ["image", "image"],
  ["image --help", "image"],
  ["help image", "image"],
  ["help image import", "image import"],
  ["image import --help", "image import"],
] as const)("%p asks for the help of %p", (line, help) => {
  expect(parse(line.split(" "))).toEqual({ help });
});

test.each([
  ["image impor", "No help topic for 'impor'", "it is no command of lamina image: did you mean image import? see lamina image --help"],
  ["image nothing", "No help topic for 'nothing'", "it is no command of lamina image: see lamina image --help"],
  ["imag", "No help topic for 'imag'", "it is no command of lamina: did you mean image? see lamina --help"],
  ["rmi", "No help topic for 'rmi'", "it is no command of lamina: did you mean image rm? see lamina --help"],
])("%p is no command", (line, message, hint) => {
  expect(refusal(() => parse(line.split(" ")))).toEqual({ code: "no-command", message, hint });
});

test("run takes every option of runc's run", () => {
  const line =
    "run -b /b -d --keep --no-subreaper --no-pivot --no-new-keyring --pid-file /p --pidfd-socket /f --console-socket /s --preserve-fds 3 ctr";
  const creation = {
    bundle: "/b",
    consoleSocket: "/s",
    pidfdSocket: "/f",
    pidFile: "/p",
    noPivot: true,
    noNewKeyring: true,
    preserveFds: 3,
  };
  const args = { ...creation, detach: true, keep: true, noSubreaper: true, timeline: undefined, id: "ctr", ...NO_IMAGE };
  expect(parse(line.split(" "))).toEqual({ name: "run", args });
});

test.each([
  ["start --timeline ctr", "-", "ctr"],
  ["start ctr --timeline", "-", "ctr"],
  ["start --timeline=t.json ctr", "t.json", "ctr"],
  ["start -timeline=t.json ctr", "t.json", "ctr"],
])("an option that needs no value takes none from the next word: %p", (line, timeline, id) => {
  expect(parse(line.split(" "))).toEqual({ name: "start", args: { id, timeline } });
});

test("an option that needs no value has one behind =", () => {
  expect(() => parse(["start", "--timeline=", "ctr"])).toThrow('option --timeline= needs a value, as in --timeline=file, or no "="');
});

const NO_IMAGE = {
  ...{ image: undefined, driver: undefined, memory: undefined, cpuShares: undefined, user: undefined },
  ...{ entrypoint: undefined, workdir: undefined, hostname: undefined, readOnly: false },
  ...{ volume: [], env: [], command: [], tty: false, rm: false },
};

test("everything after -- is the command of run and bundle, options and all", () => {
  expect(parse("run -i base -e A=b --env C=d -- ls -l --image x".split(" "))).toMatchObject({
    args: { image: "base", env: ["A=b", "C=d"], id: undefined, command: ["ls", "-l", "--image", "x"] },
  });
  expect(parse("bundle base dir -- ls".split(" "))).toMatchObject({ args: { image: "base", directory: "dir", command: ["ls"] } });
  expect(parse("delete -- a".split(" "))).toMatchObject({ args: { id: "a" } });
});

test.each([
  ["ps -f json ctr", { format: "json", id: "ctr", psOptions: [] }],
  ["ps ctr -f json", { format: "table", id: "ctr", psOptions: ["-f", "json"] }],
  ["ps ctr --help --nothing-known", { format: "table", id: "ctr", psOptions: ["--help", "--nothing-known"] }],
  ["ps -- ctr -o pid", { format: "table", id: "ctr", psOptions: ["-o", "pid"] }],
  ["ps ctr -- -o pid", { format: "table", id: "ctr", psOptions: ["-o", "pid"] }],
])("what stands behind the id of ps is for ps(1), options and all: %s", (line, args) => {
  expect(parse(line.split(" "))).toEqual({ name: "ps", args });
});

test("global options end at the command, and the command's own are left to it", () => {
  const line = "--root /r --image-root /i --log /l --log-format json --systemd-cgroup --rootless=true --debug --criu /c state --help";
  expect(parseGlobals(TABLE, line.split(" "))).toEqual({
    values: { root: "/r", imageRoot: "/i", log: "/l", logFormat: "json", systemdCgroup: true, rootless: "true", debug: true, criu: "/c" },
    instead: undefined,
    rest: ["state", "--help"],
  });
});

test.each([
  ["--version", "version"],
  ["-v", "version"],
  ["--version=false", undefined],
  ["--debug -h", "help"],
  ["", undefined],
])("before a command, %p asks for %p", (line, instead) => {
  expect(parseGlobals(TABLE, line === "" ? [] : line.split(" ")).instead).toBe(instead as ReturnType<typeof parseGlobals>["instead"]);
});

test.each([
  ["", undefined],
  ["help", undefined],
  ["h kill", "kill"],
  ["kill --help", "kill"],
  ["kill ctr -h", "kill"],
])("%p asks for the help of %p", (line, command) => {
  expect(parse(line === "" ? [] : line.split(" "))).toEqual({ help: command as "kill" | undefined });
});

test.each([
  ["state", 'cannot run "lamina state": <id> is missing', "see lamina state --help"],
  ["state a b", 'cannot run "lamina state": "b" is one argument too many', "see lamina state --help"],
  ["list x", 'cannot run "lamina list": "x" is one argument too many', "see lamina list --help"],
  ["create --bundel x c", 'cannot run "lamina create": unknown option --bundel', "did you mean --bundle? see lamina create --help"],
  ["create c --pidfile x", 'cannot run "lamina create": unknown option --pidfile', "did you mean --pid-file? see lamina create --help"],
  ["create --qqq c", 'cannot run "lamina create": unknown option --qqq', "see lamina create --help"],
  [
    "state --root r c",
    'cannot run "lamina state": option --root is a global one',
    "did you mean lamina --root … state? see lamina state --help",
  ],
  ["create c --bundle", 'cannot run "lamina create": option --bundle needs a value, as in --bundle <dir>', "see lamina create --help"],
  [
    "create --preserve-fds -1 c",
    'cannot run "lamina create": option --preserve-fds must be a whole number, not "-1"',
    "see lamina create --help",
  ],
  ["list -f xml", 'cannot run "lamina list": option --format must be table or json, not "xml"', "see lamina list --help"],
  ["kill --all=no c", 'cannot run "lamina kill": option --all must be true or false, not "no"', "see lamina kill --help"],
])("%p is refused", (line, message, hint) => {
  expect(refusal(() => parse(line.split(" ")))).toEqual({ code: "usage", message, hint });
});

test.each([
  ["crate c", "No help topic for 'crate'", "it is no command of lamina: did you mean create? see lamina --help"],
  ["ls", "No help topic for 'ls'", "it is no command of lamina: did you mean list? see lamina --help"],
  ["constructor", "No help topic for 'constructor'", "it is no command of lamina: see lamina --help"],
  ["help nope", "No help topic for 'nope'", "it is no command of lamina: see lamina --help"],
])("%p is a command that does not exist, which has a code of its own", (line, message, hint) => {
  expect(refusal(() => parse(line.split(" ")))).toEqual({ code: "no-command", message, hint });
});

test.each([
  [
    "--bundle x state",
    'cannot run "lamina": option --bundle belongs after the command: create, run, restore, spec, explain, check',
    "see lamina --help",
  ],
  ["--rot x", 'cannot run "lamina": unknown option --rot', "did you mean --root? see lamina --help"],
  ["--rootless maybe list", 'cannot run "lamina": option --rootless must be auto or true or false, not "maybe"', "see lamina --help"],
  ["--log", 'cannot run "lamina": option --log needs a value, as in --log <file>', "see lamina --help"],
])("%p is refused before a command", (line, message, hint) => {
  expect(refusal(() => parseGlobals(TABLE, line.split(" ")))).toEqual({ code: "usage", message, hint });
});

function refusal(parse: () => unknown): { code: string; message: string; hint: string | undefined } {
  try {
    parse();
  } catch (error) {
    if (error instanceof RuntimeError) return { code: error.code, message: error.message, hint: error.detail.hint };
    throw error;
  }
  throw new Error("it was accepted");
}

test("what other runtimes call a command leads to one that there is", () => {
  for (const [word, name] of Object.entries(SYNONYMS)) {
    expect([word, findCommand(TABLE, word)]).toEqual([word, undefined]);
    expect([name, findCommand(TABLE, name)]).not.toContain(undefined);
  }
});
