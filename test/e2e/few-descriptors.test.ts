/** Whatever number of descriptors a caller leaves: a clear error or success, and of what failed nothing stays. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openShop } from "../support/image-shop.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

/** Below, the dynamic linker cannot open the C library. */
const LIMITS = Array.from({ length: 26 }, (_, i) => i + 4);

test.if(requires("root", "busybox"))("import, bundle, run, commit, verify with few descriptors", async () => {
  await using shop = await openShop();
  const [kept, passing] = [`${shop.box.id}-kept`, shop.box.id];
  const script = "mkdir -p t/a/b/c && seq 2000 > t/a/b/c/file && head -c 500000 /dev/urandom > t/noise && tar -C t -czf t.tar.gz .";
  expect(Bun.spawnSync(["sh", "-ec", script], { cwd: shop.box.host }).success).toBe(true);
  await shop.must("run", "--image", "base:1", kept, "--", "/bin/busybox", "touch", "/new");
  const bundle = join(shop.box.host, "bundle");
  const works = [
    ["image", "import", join(shop.box.host, "t.tar.gz"), "files:1"],
    ["bundle", "base:1", bundle],
    ["run", "--rm", "--image", "base:1", passing, "--", "/bin/busybox", "true"],
    ["commit", kept, "made:1"],
    ["image", "verify"],
  ];
  const problems: string[] = [];
  for (const words of works) {
    let successes = 0;
    for (const limit of LIMITS) {
      const { exitCode, stdout, stderr } = await shop.call(words, { prefix: ["sh", "-c", 'ulimit -Sn "$0" && exec "$@"', String(limit)] });
      const said = stdout + stderr;
      if (exitCode === 0) successes++;
      const isTold = exitCode === 0 || (exitCode === 1 && said.toLowerCase().includes("too many open files"));
      const left = ["tmp/layers", "ingest"].flatMap((name) => readdirSync(join(shop.store, name)));
      if (existsSync(join(shop.store, `bundles/${passing}`))) left.push(`bundles/${passing}`);
      if (exitCode === 0 && words[0] === "bundle") Bun.spawnSync(["rm", "-r", bundle]);
      else if (existsSync(bundle)) left.push("bundle");
      if (!isTold || said.includes("bug in lamina") || left.length > 0)
        problems.push(`${words.join(" ")} with ${limit}: ${exitCode} ${said} ${left}`);
    }
    if (successes === 0) problems.push(`${words.join(" ")} never works`);
  }
  expect(problems).toEqual([]);
  expect(shop.box.leftovers()).toEqual([]);
  await shop.must("image", "verify");
});
