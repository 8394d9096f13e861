import { expect, test } from "bun:test";
import { TABLE } from "../../../../src/commands/index.ts";
import { parseGlobals } from "../../../../src/commands/line/argv.ts";
import { type Caller, resolveGlobals } from "../../../../src/commands/line/context.ts";

const ROOT: Caller = { uid: 0, ...withVariables({}), workingDirectory: () => "/home/me", isInUserNamespace: () => false };
const MAPPED: Caller = { ...ROOT, isInUserNamespace: () => true };

function withVariables(variables: Readonly<Record<string, string>>): Pick<Caller, "environmentVariable"> {
  return { environmentVariable: (name) => variables[name] };
}

test.each<[string, string[], Caller, string]>([
  ["root", [], ROOT, "/run/lamina"],
  ["root with a login's runtime directory", [], { ...ROOT, ...withVariables({ XDG_RUNTIME_DIR: "/run/user/0" }) }, "/run/lamina"],
  ["a user", [], { ...ROOT, uid: 1000, ...withVariables({ XDG_RUNTIME_DIR: "/run/user/1000" }) }, "/run/user/1000/lamina"],
  ["a user without a runtime directory", [], { ...ROOT, uid: 1000 }, "/tmp/lamina-1000"],
  ["a user with an empty runtime directory", [], { ...ROOT, uid: 1000, ...withVariables({ XDG_RUNTIME_DIR: "" }) }, "/tmp/lamina-1000"],
  [
    "root of a user namespace",
    [],
    { ...MAPPED, ...withVariables({ XDG_RUNTIME_DIR: "/run/user/1000", USER: "me" }) },
    "/run/user/1000/lamina",
  ],
  [
    "root of a user namespace who is root by name",
    [],
    { ...MAPPED, ...withVariables({ XDG_RUNTIME_DIR: "/x", USER: "root" }) },
    "/run/lamina",
  ],
  ["a given directory", ["--root", "/a/../b"], ROOT, "/b"],
  ["a given relative directory", ["--root", "b"], ROOT, "/home/me/b"],
])("the state of %s is kept in %p", (_, argv, caller, root) => {
  expect(String(resolveGlobals(parseGlobals(TABLE, argv).values, caller).root)).toBe(root);
});

test("absolute paths need no working directory, which may have been deleted", () => {
  const nowhere: Caller = {
    ...ROOT,
    workingDirectory: () => {
      throw new Error("asked");
    },
  };
  const { values } = parseGlobals(TABLE, ["--root", "/r", "--log", "/l"]);
  const globals = resolveGlobals(values, nowhere);
  expect([String(globals.root), globals.isRootGiven, String(globals.log)]).toEqual(["/r", true, "/l"]);
});

test.each([
  ["auto", "auto"],
  ["true", true],
  ["false", false],
] as const)("--rootless %s", (text, rootless) => {
  expect(resolveGlobals(parseGlobals(TABLE, ["--rootless", text]).values, ROOT).rootless).toBe(rootless);
});
