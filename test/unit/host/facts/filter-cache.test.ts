/** Filters that are kept: found by what the profile says, and only if they are ours, whole and current. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { hostPath } from "../../../../src/base/paths.ts";
import { findFilter, keepFilter } from "../../../../src/host/facts/filter-cache.ts";
import type { Seccomp } from "../../../../src/spec/types.ts";
import { nativeArchitecture } from "../../../../src/sys/library/libseccomp.ts";
import { requires } from "../../../support/requires.ts";
import { type TempDir, tempDir } from "../../../support/temp-dir.ts";

const there = requires("libseccomp");
const PROFILE: Seccomp = { defaultAction: "SCMP_ACT_ERRNO", syscalls: [{ names: ["read", "write"], action: "SCMP_ACT_ALLOW" }] };
const PROGRAM = Uint8Array.from({ length: 2048 }, (_, i) => i);

let root: TempDir;
const state = () => hostPath(root.path);
const directory = () => join(root.path, "@filters");
const file = (index = 0) => join(directory(), readdirSync(directory()).sort()[index] ?? "");

beforeEach(async () => {
  root = await tempDir();
  if (there) nativeArchitecture(); // a program is kept together with the libseccomp that made it, so that has to be in this process
});
afterEach(async () => {
  await root[Symbol.asyncDispose]();
});

test.if(there)("what is kept is found, in files for this user alone", () => {
  expect(findFilter(state(), PROFILE)).toBeUndefined();
  expect(existsSync(directory())).toBe(false);
  keepFilter(state(), PROFILE, PROGRAM);
  expect(findFilter(state(), PROFILE)).toEqual(PROGRAM);
  expect([directory(), file()].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
  expect(readdirSync(directory())).toHaveLength(1);
});

test.if(there)("the listener and the flags do not matter, for which nothing is compiled; the rest of the profile does", () => {
  keepFilter(state(), PROFILE, PROGRAM);
  expect(findFilter(state(), { ...PROFILE, listenerPath: "/l", listenerMetadata: "m", flags: [] })).toEqual(PROGRAM);
  expect(findFilter(state(), { ...PROFILE, defaultErrnoRet: 2 })).toBeUndefined();
  expect(findFilter(state(), { ...PROFILE, defaultAction: "SCMP_ACT_TRAP" })).toBeUndefined();
  expect(findFilter(state(), { ...PROFILE, architectures: ["SCMP_ARCH_X86"] })).toBeUndefined();
  expect(findFilter(state(), { ...PROFILE, syscalls: [] })).toBeUndefined();
});

test.if(there)("integers that no number holds are told apart", () => {
  const profile = (value: bigint): Seccomp => ({
    ...PROFILE,
    syscalls: [{ names: ["read"], action: "SCMP_ACT_ALLOW", args: [{ index: 0, value, op: "SCMP_CMP_EQ" }] }],
  });
  keepFilter(state(), profile(2n ** 63n), PROGRAM);
  expect([findFilter(state(), profile(2n ** 63n)), findFilter(state(), profile(2n ** 63n + 1n))]).toEqual([PROGRAM, undefined]);
});

test.if(there)("profiles whose cheap hashes are equal do not take each other's place", () => {
  const long = "x".repeat(20_000);
  const profile = (mark: string): Seccomp => ({ ...PROFILE, syscalls: [{ names: [`${long}${mark}${long}`], action: "SCMP_ACT_ALLOW" }] });
  for (const mark of ["a", "b", "c", "d"])
    keepFilter(
      state(),
      profile(mark),
      Uint8Array.from(PROGRAM, (byte) => byte ^ mark.charCodeAt(0)),
    );
  for (const mark of ["a", "b", "c", "d"]) {
    expect(findFilter(state(), profile(mark))?.[0]).toBe(mark.charCodeAt(0));
  }
  keepFilter(state(), profile("e"), PROGRAM);
  expect(findFilter(state(), profile("e"))).toEqual(PROGRAM);
  expect(readdirSync(directory())).toHaveLength(4);
});

test.if(there)("many profiles do not fill the machine", () => {
  for (let i = 0; i < 200; i++) keepFilter(state(), { ...PROFILE, defaultErrnoRet: i }, PROGRAM);
  expect(findFilter(state(), { ...PROFILE, defaultErrnoRet: 199 })).toEqual(PROGRAM);
  expect(readdirSync(directory()).length).toBeLessThanOrEqual(64);
});

/** Each makes what is kept unusable. */
const DAMAGE: Readonly<Record<string, () => void>> = {
  "a file that was cut": () => truncateSync(file(), 700),
  "an empty file": () => truncateSync(file(), 0),
  "a file with something behind it": () => writeFileSync(file(), Buffer.concat([readFileSync(file()), Buffer.alloc(8)])),
  "a file whose end is lost": () => writeFileSync(file(), readFileSync(file()).fill(0, 1500)),
  "a file of another kind": () => writeFileSync(file(), "x".repeat(3000)),
  "lengths beyond the file": () => writeFileSync(file(), readFileSync(file()).fill(0xff, 8, 20)),
  "an endless file": () => truncateSync(file(), 2 ** 40),
  "a file that others can read": () => chmodSync(file(), 0o640),
  "a directory that others can enter": () => chmodSync(directory(), 0o711),
  "a link to a sound file": () => {
    renameSync(file(), join(root.path, "elsewhere"));
    symlinkSync(join(root.path, "elsewhere"), join(directory(), nameOf()));
  },
  "a link to a sound directory": () => {
    renameSync(directory(), join(root.path, "elsewhere"));
    symlinkSync(join(root.path, "elsewhere"), directory());
  },
  "a FIFO": () => {
    const path = file();
    renameSync(path, join(root.path, "elsewhere"));
    Bun.spawnSync(["mkfifo", "-m", "600", path]);
  },
  "a directory in place of the file": () => {
    const path = file();
    renameSync(path, join(root.path, "elsewhere"));
    mkdirSync(path, { mode: 0o700 });
  },
};
let known = "";
const nameOf = () => known;

describe("what is not ours, whole and current is as good as absent:", () => {
  for (const [what, damage] of Object.entries(DAMAGE)) {
    test.if(there)(what, () => {
      keepFilter(state(), PROFILE, PROGRAM);
      known = readdirSync(directory())[0] ?? "";
      expect(findFilter(state(), PROFILE)).toEqual(PROGRAM);
      damage();
      expect(findFilter(state(), PROFILE)).toBeUndefined();
    });
  }

  test.if(there && requires("root"))("a file of somebody else", () => {
    keepFilter(state(), PROFILE, PROGRAM);
    chownSync(file(), 12345, 0);
    expect(findFilter(state(), PROFILE)).toBeUndefined();
  });

  test.if(there && requires("root"))("a directory of somebody else, where nothing is kept either", () => {
    keepFilter(state(), PROFILE, PROGRAM);
    chownSync(directory(), 12345, 0);
    expect(findFilter(state(), PROFILE)).toBeUndefined();
    keepFilter(state(), { ...PROFILE, defaultErrnoRet: 2 }, PROGRAM);
    expect(readdirSync(directory())).toHaveLength(1);
  });

  test.if(there)("what another libseccomp or kernel was told; and the new one takes its place", () => {
    keepFilter(state(), PROFILE, PROGRAM);
    const bytes = readFileSync(file());
    const newline = bytes.indexOf("\n");
    bytes[newline - 1] = (bytes[newline - 1] ?? 0) ^ 1; // the kernel's name
    writeFileSync(file(), bytes);
    expect(findFilter(state(), PROFILE)).toBeUndefined();
    keepFilter(state(), PROFILE, PROGRAM.slice(0, 64));
    expect(findFilter(state(), PROFILE)).toEqual(PROGRAM.slice(0, 64));
    expect(readdirSync(directory())).toHaveLength(1);
  });

  test.if(there)("and a damaged file is replaced", () => {
    keepFilter(state(), PROFILE, PROGRAM);
    truncateSync(file(), 700);
    keepFilter(state(), PROFILE, PROGRAM);
    expect(findFilter(state(), PROFILE)).toEqual(PROGRAM);
    expect(readdirSync(directory())).toHaveLength(1);
  });
});
