/** A rehearsal tells the build which objects of the heap a run writes to, so that they lie together (native/engine/rehearsal.c). */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runProgram, snapshotModules } from "../support/engine.ts";
import { tempDir } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const [READ, WRITE, OPENAT] = process.arch === "arm64" ? [63, 64, 56] : [0, 1, 257];

/** A thousand objects out of ten thousand change; the program prints how many KiB of its heap it has copied. */
const FEW_CHANGE = {
  "main.js": `import { decode, syscall } from "lamina:host";
import { print } from "./print.js";
const all = Array.from({ length: 10000 }, (_, i) => ({ i, changed: 0 }));
function copied() {
  const bytes = new Uint8Array(65536);
  const file = syscall(${OPENAT}, -100, "/proc/self/smaps", 0);
  let size = 0;
  for (let read; (read = syscall(${READ}, file, bytes.subarray(size), bytes.length - size)) > 0; size += read);
  const heap = decode(bytes, 0, size).split("\\n").slice(1);
  const from = heap.findIndex((line) => line.startsWith("10000000-"));
  return Number(heap.slice(from).find((line) => line.startsWith("Anonymous:")).match(/\\d+/)[0]);
}
export function main() {
  let sum = 0;
  for (let i = 0; i < all.length; i += 10) sum += ++all[i].changed;
  print(sum + " " + copied());
}
`,
  "print.js": `import { encode, syscall } from "lamina:host";
export function print(text) {
  const bytes = encode(text);
  syscall(${WRITE}, 1, bytes, bytes.length);
}
`,
};

describe("after a rehearsal", () => {
  const rehearsal = (rounds: number) => `for _ in $(seq ${rounds}); do "$1" --rehearse "$2" >/dev/null; done\n`;

  test("objects that a run changes lie together, so less is copied", async () => {
    const [plain, rehearsed] = await Promise.all([
      snapshotModules("snapshot-few-change", FEW_CHANGE),
      snapshotModules("snapshot-few-change-rehearsed", FEW_CHANGE, { rehearsal: rehearsal(12) }),
    ]);
    const [before, after] = await Promise.all([plain, rehearsed].map(async (program) => (await runProgram([program])).stdout.split(" ")));
    expect([before?.[0], after?.[0]]).toEqual(["1000", "1000"]);
    expect(Number(after?.[1])).toBeLessThan(Number(before?.[1]) / 3);
  });

  test("the heap depends on the modules and the profile alone", async () => {
    const program = await snapshotModules("snapshot-few-change-rehearsed", FEW_CHANGE, { rehearsal: rehearsal(12) });
    await using directory = await tempDir();
    const again = join(directory.path, "heap");
    await runProgram([join(program, "../make-heap"), again, join(program, "../profile")]);
    expect(Bun.hash(await Bun.file(again).bytes())).toBe(Bun.hash(await Bun.file(join(program, "../heap")).bytes()));
  });

  test("a profile that holds nothing is refused", async () => {
    const built = snapshotModules("snapshot-refused/empty-profile", FEW_CHANGE, { rehearsal: ': >"$2"\n' });
    await expect(built).rejects.toThrow(/a profile that cannot be read/);
  });
});
