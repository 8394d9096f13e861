/** SHA-256 by libcrypto gives what other programs give, however the bytes come. */
import { describe, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import type { RuntimeError } from "../../../src/base/errors.ts";
import { requireLibrary } from "../../../src/sys/call/library.ts";
import { digestOf, Sha256 } from "../../../src/sys/library/hash.ts";

/** FIPS 180-2, appendix B. */
const VECTORS = [
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ["abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"],
  ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
] as const;

describe("a SHA-256 digest", () => {
  test.each(VECTORS)("of %s is that of the standard", (text, hex) => {
    expect(digestOf(text) as string).toBe(`sha256:${hex}`);
    expect(new Sha256().update(Buffer.from(text)).hex()).toBe(hex);
  });

  test("does not depend on where pieces begin and end", () => {
    const data = randomBytes(1000);
    for (const size of [1, 55, 56, 63, 64, 65, 128, 999]) {
      const hash = new Sha256();
      for (let at = 0; at < data.length; at += size) hash.update(data.subarray(at, at + size));
      expect(hash.hex()).toBe(createHash("sha256").update(data).digest("hex"));
    }
  });

  test("of several at a time is each one's own", () => {
    const [a, b] = [new Sha256(), new Sha256()];
    a.update(Buffer.from("a"));
    b.update(Buffer.from("abc"));
    a.update(Buffer.from("bc"));
    expect([a.hex(), b.hex()]).toEqual([VECTORS[1][1], VECTORS[1][1]]);
  });
});

describe("a library", () => {
  const named = { purpose: "compute a digest", packages: "libabsent1 (Debian) or absent (Alpine)" };

  test("that is not there is one error that says what to install", () => {
    const open = (): unknown => requireLibrary({ ...named, files: ["libabsent.so.2", "libabsent.so.1"] });
    expect(open).toThrow(/^cannot compute a digest: libabsent\.so\.2: cannot open shared object file: No such file or directory$/);
    try {
      open();
    } catch (error) {
      const { code, detail } = error as RuntimeError;
      expect([code, detail.hint]).toEqual(["unsupported", `install the package ${named.packages}`]);
    }
  });

  test("may have another name", () => {
    expect(requireLibrary({ ...named, files: ["libabsent.so.2", "libc.so.6"] })("getpid", "i32", [])()).toBe(process.pid);
  });
});
