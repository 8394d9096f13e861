/** Damaged archives: the reader reports its own error, or reads something; it never hangs, crashes or returns more than there is. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { RuntimeError } from "../../../src/base/errors.ts";
import { TarReader } from "../../../src/tar/reader.ts";
import { archiveOf, block, END, pax } from "../../support/archive.ts";
import { TEST_TIMEOUT } from "../../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

/** Its own generator, so that a failure can be reproduced (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Bytes of content returned, or the error. */
function attempt(data: Uint8Array, chunk: number): number | RuntimeError {
  let bytes = 0;
  const reader = new TarReader({ entry: () => undefined, content: (piece) => (bytes += piece.length), entryEnd: () => undefined });
  try {
    for (let at = 0; at < data.length; at += chunk) reader.push(data.subarray(at, at + chunk));
    reader.end();
    return bytes;
  } catch (error) {
    if (error instanceof RuntimeError && /^cannot read (the archive|archive entry ".*"): /s.test(error.message)) return error;
    throw error;
  }
}

const SOUND = Buffer.concat([
  pax({ comment: "global" }, "g"),
  archiveOf(
    { name: "etc/", xattrs: { "user.a": "1" } },
    { name: "etc/passwd", content: "root:x:0:0".repeat(100), modified: { seconds: 1, nanoseconds: 5 } },
    { name: "l", kind: "symlink", linkName: "t".repeat(150) },
    { name: "h", kind: "hardlink", linkName: "etc/passwd" },
    { name: "dev", kind: "block", device: { major: 8, minor: 1 } },
  ).subarray(0, -1024),
  block({ type: "L" }, "long-name\0"),
  block({ name: "cut" }, "content"),
  END,
]);

test("the undamaged archive is valid", () => {
  expect(attempt(SOUND, SOUND.length)).toBe(1007);
});

test("every truncation", () => {
  for (let length = 0; length < SOUND.length; length += 3) {
    const result = attempt(SOUND.subarray(0, length), 997);
    if (typeof result === "number") expect(result).toBeLessThanOrEqual(1007);
  }
});

test("20000 mutations, half of them with a correct checksum", () => {
  const next = random(20261121);
  const outcomes = { read: 0, refused: 0 };
  for (let i = 0; i < 20_000; i++) {
    const data = Buffer.from(SOUND);
    for (let n = 1 + Math.floor(next() * 4); n > 0; n--) data[Math.floor(next() * data.length)] = Math.floor(next() * 256);
    if (i % 2 === 0) repairChecksums(data);
    const result = attempt(data, 1 + Math.floor(next() * 2000));
    if (typeof result === "number") expect(result).toBeLessThanOrEqual(data.length);
    outcomes[typeof result === "number" ? "read" : "refused"]++;
  }
  expect(outcomes.read).toBeGreaterThan(1000);
  expect(outcomes.refused).toBeGreaterThan(1000);
}, 60_000);

/** For every block that was a header before. */
function repairChecksums(data: Buffer): void {
  for (let at = 0; at + 512 <= data.length; at += 512) {
    if (SOUND.toString("latin1", at + 257, at + 262) !== "ustar") continue;
    data.fill(" ", at + 148, at + 156);
    const sum = data.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
    data.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + 148, "latin1");
  }
}
