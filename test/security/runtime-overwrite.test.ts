/**
 * Class: the runtime is overwritten through /proc/self/exe (runc CVE-2019-5736, crun and youki alike). What enters the container is init,
 * from sealed memory; and no name in the image makes it run itself again as the program.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readlinkSync, statSync } from "node:fs";
import { rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FORMS, formed } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { elfMaker } from "./interpreted.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const elfFor = root ? await elfMaker() : () => Buffer.alloc(0);
const [RUNTIME = ""] = runtimeUnderTest().argv;
const SELF = ["/proc/self/exe", "/proc/1/exe", "/proc/thread-self/exe", "/proc/self/map_files/400000-401000"];

for (const form of FORMS) {
  test.if(root)(`init is executed from sealed memory, which cannot be written to, ${form.name}`, async () => {
    await using container = await formed(form, {});
    const { pid } = await container.create();
    const image = `/proc/${pid}/exe`;
    expect(readlinkSync(image)).toMatch(/^\/memfd:lamina:init/);
    const writes = ["r+", "w", "a"].map(
      (how) => Bun.spawnSync(["sh", "-c", `: ${{ "r+": "<>", w: ">", a: ">>" }[how]} "$0"`, image]).exitCode !== 0,
    );
    expect(writes).toEqual([true, true, true]);
  });

  test.if(root)(`an image that names the running program runs nothing and changes nothing of the runtime, ${form.name}`, async () => {
    await using container = await formed(form, { config: { process: { args: ["/entry"] } } });
    const entry = join(container.box.rootfs, "entry");
    const before = signature();
    for (const self of SELF) {
      for (const plant of [
        () => symlink(self, entry),
        () => writeFile(entry, `#!${self}\n`, { mode: 0o755 }),
        () => writeFile(entry, elfFor(self), { mode: 0o755 }),
      ]) {
        await rm(entry, { force: true });
        await plant();
        const { exitCode, stdout } = await container.run();
        expect([self, exitCode === 0, stdout]).toEqual([self, false, ""]);
      }
    }
    expect(signature()).toEqual(before);
  });
}

/** The runtime's on the host. */
function signature(): readonly unknown[] {
  const { size, mtimeMs, ctimeMs, mode, uid } = statSync(RUNTIME);
  return [size, mtimeMs, ctimeMs, mode, uid];
}
