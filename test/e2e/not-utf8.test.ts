/** Names and texts that are not UTF-8: to the kernel they are bytes like any others. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");

/** Stands for the byte 0xff until the files are written. */
const ODD = "@ODD@";
const HOOK = { path: "/bin/sh", args: ["sh", "-c", `cat >"$0"; echo "$1 $A" >>"$0"`, "@HOST@/hook", `h${ODD}`], env: [`A=e${ODD}`] };

interface OddBox extends AsyncDisposable {
  readonly box: Sandbox;
  /** The directory that has the bundle alone in it. */
  readonly parent: string;
  /** Words before lamina's path: the shell puts the bundle's name in the place of "@BUNDLE@", which it is in. */
  readonly prefix: readonly string[];
}

/** A bundle whose path, root filesystem, mount source, argument, variable, annotation and hook have a byte 0xff. */
async function oddBox(): Promise<OddBox> {
  const box = await sandbox({
    args: ["/probe", "read", `/in/f${ODD}`, "env", "args", `a${ODD}b`],
    mounts: [{ destination: "/in", type: "bind", source: `s${ODD}`, options: ["bind"] }],
    config: {
      root: { path: `r${ODD}` },
      process: { env: ["PATH=/", "HOME=/", `V=v${ODD}`] },
      annotations: { [`org.example.k${ODD}`]: `n${ODD}` },
      hooks: { createRuntime: [HOOK] },
    },
  });
  const parent = join(box.directory, "odd");
  mkdirSync(parent);
  const bundle = odd(join(parent, `b${ODD}`));
  renameSync(box.path, bundle);
  const inBundle = (name: string): Buffer => Buffer.concat([bundle, Buffer.from("/"), odd(name)]);
  renameSync(inBundle("rootfs"), inBundle(`r${ODD}`));
  mkdirSync(inBundle(`s${ODD}`));
  writeFileSync(inBundle(`s${ODD}/f${ODD}`), odd(`c${ODD}`));
  writeFileSync(inBundle("config.json"), odd(readFileSync(inBundle("config.json"), "utf8")));
  const script = `cd "$0"/* && for word; do shift; [ "$word" != @BUNDLE@ ] || word=$PWD; set -- "$@" "$word"; done; exec "$@"`;
  return {
    box,
    parent,
    prefix: ["sh", "-c", script, parent],
    async [Symbol.asyncDispose]() {
      await box.call(["delete", "--force", box.id]);
      spawnSync("rm", ["-rf", parent]); // fs.rm does not take such names
      await box[Symbol.asyncDispose]();
    },
  };
}

function odd(text: string): Buffer {
  return Buffer.from(text.replaceAll(ODD, "\u00ff"), "latin1");
}

/** What the container's program prints. The probe writes such bytes as \xff, but for the path that it reads. */
const PRINTED = ["read /in/f\ufffd ok c\\xff", "env PATH=/", "env HOME=/", "env V=v\\xff", "arg a\\xffb", ""].join("\n");

test.if(root).each([
  ["the working directory", ["run"]],
  ["an argument", ["run", "--bundle", "@BUNDLE@"]],
])("a container runs with bytes that are not UTF-8 everywhere, its bundle given by %s", async (_, words) => {
  await using it = await oddBox();
  const { box, prefix } = it;
  const outcome = await box.call([...words, box.id], { prefix });
  expect(outcome).toEqual({ exitCode: 0, stdout: PRINTED, stderr: "" });
  const hook = readFileSync(join(box.host, "hook")).toString("latin1");
  expect(hook.slice(hook.indexOf("}}") + 2)).toBe("h\u00ff e\u00ff\n");
});

test.if(root)("state, list and hooks give programs JSON in UTF-8, where such bytes are U+FFFD as in runc's", async () => {
  await using it = await oddBox();
  const { box, parent, prefix } = it;
  await box.create(["--bundle", "@BUNDLE@"], { prefix });
  const bundle = join(parent, "b\ufffd");
  const annotations = { "org.example.k\ufffd": "n\ufffd" };
  const expected = { id: box.id, status: "created", bundle, rootfs: join(bundle, "r\ufffd"), annotations };
  expect(await box.state()).toMatchObject(expected);
  expect(JSON.parse((await box.must(["list", "--format", "json"])).stdout)).toMatchObject([expected]);
  const hook = readFileSync(join(box.host, "hook"), "utf8");
  expect(parseObject(hook.slice(0, hook.indexOf("}}") + 2))).toMatchObject({ id: box.id, bundle, annotations });
  await box.must(["start", box.id]);
  await box.reaches("stopped");
});

test.if(root)("an error shows such a byte by its number, and a log for programs has U+FFFD in its place", async () => {
  await using it = await oddBox();
  const { box, parent } = it;
  const log = join(box.host, "log.json");
  const prefix = ["sh", "-c", 'cd "$0"/* && rm config.json && exec "$@"', parent];
  const { exitCode, stderr } = await box.call(["--log", log, "--log-format", "json", "run", box.id], { prefix });
  const { msg } = parseObject(readFileSync(log, "utf8"));
  expect([exitCode, stderr.split("\n")[0], String(msg).split(" (")[0]]).toEqual([
    1,
    expect.stringContaining(`${parent}/b\\xff`),
    expect.stringContaining(`${parent}/b\ufffd`),
  ]);
});
