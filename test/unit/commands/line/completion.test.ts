import { expect, test } from "bun:test";
import { TABLE } from "../../../../src/commands/index.ts";
import { completeWords } from "../../../../src/commands/line/completion.ts";
import { requires } from "../../../support/requires.ts";
import { tempDir } from "../../../support/temp-dir.ts";

test.each([
  ["a command", ["sta"], ["start", "state"]],
  ["a command after a global option and its value", ["--root", "list", "sp"], ["spec"]],
  ["an option before the id of a command whose other words are another program's", ["ps", "--f"], ["--format"]],
  ["a global option", ["--log"], ["--log", "--log-format"]],
  ["an option of the command", ["create", "--no"], ["--no-pivot", "--no-new-keyring"]],
  ["an option's choice", ["list", "--format", "j"], ["json"]],
  ["a choice by the alias", ["list", "-f", ""], ["table", "json"]],
  ["nothing for a path, so that bash offers files", ["create", "--bundle", ""], []],
  ["a group", ["ima"], ["image"]],
  ["a command of a group", ["image", "i"], ["import", "inspect"]],
  ["an option of a group's command", ["image", "list", "--q"], ["--quiet"]],
  ["nothing behind an unknown command of a group", ["image", "nope", "x"], []],
  ["an option behind one that needs no value", ["create", "--timeline", "--no-p"], ["--no-pivot"]],
  ["nothing hidden", ["--criu"], []],
  ["nothing for an unknown command", ["nope", "x"], []],
])("it completes %s", (_, words, expected) => {
  expect(completeWords(TABLE, words)).toEqual(expected);
});

test("bash accepts the script and gets its words from lamina", async () => {
  const program = `
    lamina() { ${process.execPath} scripts/lamina.ts "$@"; }
    source <(lamina completion)
    COMP_WORDS=(lamina create --con) COMP_CWORD=2
    _lamina
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const shell = Bun.spawnSync(["bash", "-c", program]);
  expect({ out: shell.stdout.toString(), err: shell.stderr.toString() }).toEqual({ out: "--console-socket\n", err: "" });
});

const LAMINA = `lamina() { ${process.execPath} scripts/lamina.ts "$@"; }`;

test.if(requires("zsh"))("zsh accepts the script and gets its words from lamina, or files", () => {
  const program = `
    ${LAMINA}
    compdef() { print -- "compdef $*"; }
    compadd() { print -l -- "\${(@P)@[-1]}"; }
    _files() { print files; }
    source <(lamina completion zsh)
    words=(lamina create --con) CURRENT=3
    _lamina
    words=(lamina create --bundle "") CURRENT=4
    _lamina`;
  const shell = Bun.spawnSync(["zsh", "-f", "-c", program]);
  expect({ out: shell.stdout.toString(), err: shell.stderr.toString() }).toEqual({
    out: "compdef _lamina lamina\n--console-socket\nfiles\n",
    err: "",
  });
});

test.if(requires("fish"))("fish accepts the script and gets its words from lamina, or files", async () => {
  await using directory = await tempDir({ "some-bundle": { directory: true } });
  const program = `
    function lamina; ${process.execPath} ${process.cwd()}/scripts/lamina.ts $argv; end
    lamina completion fish | source
    cd ${directory.path}
    complete -C "lamina create --con"
    complete -C "lamina list --format "
    complete -C "lamina create --bundle som"`;
  const env = { ...process.env, HOME: directory.path, XDG_CONFIG_HOME: directory.path, XDG_DATA_HOME: directory.path };
  const shell = Bun.spawnSync(["fish", "--private", "-c", program], { env });
  const lines = shell.stdout.toString().split("\n");
  const words = lines.map((line) => line.split("\t")[0]);
  expect({ words, err: shell.stderr.toString() }).toEqual({ words: ["--console-socket", "json", "table", "some-bundle/", ""], err: "" });
});

test("another shell is refused", () => {
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, "scripts/lamina.ts", "completion", "tcsh"]);
  expect([exitCode, stderr.toString().split("\n")[0]]).toEqual([1, 'cannot run "lamina completion": there is no completion for "tcsh"']);
});
