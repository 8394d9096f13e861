import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { run } from "../../../../src/commands/bundle/spec.ts";
import { defaultSpec, rootlessSpec } from "../../../../src/commands/bundle/spec-default.ts";
import type { Context } from "../../../../src/commands/line/context.ts";
import { isObject, type Json, type JsonObject, parseObject } from "../../../support/json.ts";
import { requires } from "../../../support/requires.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const CONTEXT: Context = {
  root: "/run/lamina" as Context["root"],
  isRootGiven: false,
  imageRoot: "/var/lib/lamina" as Context["imageRoot"],
  log: undefined,
  logFormat: "text",
  debug: false,
  systemdCgroup: false,
  rootless: "auto",
  print: () => {},
  warn: () => {},
  trace: () => {},
};

test("spec writes the default configuration into the bundle", async () => {
  await using bundle = await tempDir();
  run({ bundle: bundle.path, rootless: false }, CONTEXT);
  expect(parseObject(await readFile(`${bundle.path}/config.json`, "utf8"))).toEqual(plain(defaultSpec()));
});

test("spec never overwrites a file", async () => {
  await using bundle = await tempDir({ "config.json": "mine" });
  const refusal = `cannot write ${bundle.path}/config.json: the file exists`;
  expect(() => run({ bundle: bundle.path, rootless: false }, CONTEXT)).toThrow(refusal);
  expect(await readFile(`${bundle.path}/config.json`, "utf8")).toBe("mine");
});

test("spec says when the directory is missing", () => {
  expect(() => run({ bundle: "/no/such/bundle", rootless: false }, CONTEXT)).toThrow(
    "cannot write /no/such/bundle/config.json: no such directory",
  );
});

test("the rootless configuration maps the caller's ids and needs no privileges", () => {
  const { linux, mounts } = rootlessSpec({ uid: 1000, gid: 100 });
  expect(linux?.uidMappings).toEqual([{ containerID: 0, hostID: 1000, size: 1 }]);
  expect(linux?.gidMappings).toEqual([{ containerID: 0, hostID: 100, size: 1 }]);
  expect(linux?.namespaces?.map(({ type }) => type)).toEqual(["pid", "ipc", "uts", "mount", "user"]);
  expect(linux?.resources).toBeUndefined();
  expect(mounts?.flatMap((mount) => mount.options ?? []).filter((option) => option.startsWith("gid="))).toEqual([]);
  expect(mounts?.find((mount) => mount.type === "sysfs")).toBeUndefined();
});

test.if(requires("runc")).each([
  ["spec", []],
  ["spec --rootless", ["--rootless"]],
] as const)("%s means what runc's means", async (_, flags) => {
  await using bundle = await tempDir();
  const made = Bun.spawnSync(["runc", "spec", ...flags], { cwd: bundle.path });
  expect(made.stderr.toString()).toBe("");
  const theirs = parseObject(await readFile(`${bundle.path}/config.json`, "utf8"));
  const owner = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  const ours = plain(flags.length === 0 ? defaultSpec() : rootlessSpec(owner));
  expect(comparable(ours, theirs)).toEqual(comparable(theirs, theirs));
});

/**
 * Without what may differ: the version, the host name, ambient capabilities (the kernel refuses them to runc 1.1's
 * default, which has no inheritable ones; later versions leave them out), the cgroup namespace that runc adds on
 * cgroup v2, and masked paths that runc does not mask.
 */
function comparable(spec: JsonObject, theirs: JsonObject): JsonObject {
  const { ociVersion, hostname, process, linux, ...rest } = spec;
  if (!isObject(process) || !isObject(process.capabilities) || !isObject(linux) || !isObject(theirs.linux)) throw new Error("no process");
  const { ambient, ...capabilities } = process.capabilities;
  const masked = new Set(list(theirs.linux.maskedPaths));
  return {
    ...rest,
    process: { ...process, capabilities },
    linux: {
      ...linux,
      namespaces: list(linux.namespaces).filter((namespace) => !isObject(namespace) || namespace.type !== "cgroup"),
      maskedPaths: list(linux.maskedPaths).filter((path) => masked.has(path)),
    },
  };
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function plain(value: unknown): JsonObject {
  return parseObject(JSON.stringify(value));
}
