/**
 * Class: labels of an image become annotations of its container, and a runtime acts on some annotations (CVE-2024-3154): whoever makes an image would
 * have the host's systemd start, stop and move what he likes. Such labels are left out.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { archiveOf } from "../support/archive.ts";
import { imageBox } from "../support/image-box.ts";
import { TestLayout } from "../support/image-layout.ts";
import { parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import type { Outcome } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");

test.if(root)("no label becomes an annotation that lamina says it acts on", async () => {
  await using box = await imageBox();
  const call = async (...words: readonly string[]): Promise<Outcome> =>
    (await box.run([...runtimeUnderTest().argv, "--image-root", box.store, ...words])).ended;
  const { potentiallyUnsafeConfigAnnotations: unsafe } = parseObject((await call("features")).stdout);
  if (!Array.isArray(unsafe) || unsafe.length === 0) throw new Error("features names no annotations");
  const evil = Object.fromEntries(unsafe.map((key) => [`${key}SuccessAction`, "'reboot-force'"]));
  const layout = new TestLayout();
  const config = { config: { Cmd: ["/x"], Labels: { ...evil, good: "label" } } };
  layout.add(layout.image({ layers: [{ archive: archiveOf({ name: "x" }) }], config }), "evil");
  await box.must(["import", "--quiet", await layout.write(join(box.path, "layout")), "evil:1"]);
  const bundle = join(box.path, "bundle");
  const { exitCode, stderr } = await call("bundle", "evil:1", bundle);
  const { annotations } = parseObject(readFileSync(join(bundle, "config.json"), "utf8"));
  expect([exitCode, stderr.includes("are left out"), annotations]).toEqual([
    0,
    true,
    { good: "label", "org.opencontainers.image.architecture": "amd64", "org.opencontainers.image.os": "linux" },
  ]);
});
