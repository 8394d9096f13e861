import { expect, test } from "bun:test";
import { completeWords } from "../../../src/commands/completion.ts";

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
  ["nothing hidden", ["--criu"], []],
  ["nothing for an unknown command", ["nope", "x"], []],
])("it completes %s", (_, words, expected) => {
  expect(completeWords(words)).toEqual(expected);
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
