/** Programs whose interpreter an attack chooses. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { buildNative, nativeOutput } from "../../scripts/build-native.ts";

const ROOM = "/".repeat(300);
const SOURCE = join(import.meta.dirname, "reached.c");

/** A static program that prints REACHED. */
export function buildReached(): Promise<string> {
  return buildNative({ out: nativeOutput("test-reached"), sources: [SOURCE], included: [], sanitize: false, options: ["-nostdlib"] });
}

/** Makes an ELF program that the kernel starts by the interpreter it is given, as it does dynamically linked ones (PT_INTERP, elf(5)). */
export async function elfMaker(): Promise<(interpreter: string) => Buffer> {
  const out = nativeOutput(`test-interpreted.${crypto.randomUUID()}`);
  const source = Buffer.from("int main(void) { return 70; }\n");
  const run = Bun.spawnSync(["cc", "-o", out, `-Wl,--dynamic-linker=${ROOM}`, "-x", "c", "-"], { stdin: source });
  if (!run.success) throw new Error(`cannot link a program: ${run.stderr.toString()}`);
  const template = await readFile(out);
  await rm(out);
  const at = template.indexOf(ROOM);
  return (interpreter) => {
    if (Buffer.byteLength(interpreter) >= ROOM.length) throw new Error(`too long for the name of an interpreter: ${interpreter}`);
    const image = Buffer.from(template).fill(0, at, at + ROOM.length);
    image.write(interpreter, at);
    return image;
  };
}
