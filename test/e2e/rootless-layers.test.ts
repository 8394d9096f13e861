/** layers.json without privileges: the overlay is made in the user namespace, with its marks in user.overlay attributes. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { requires, staticBusybox } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { tempDir, writeFiles } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const isUser = process.geteuid?.() !== 0 && requires("busybox");
const home = await tempDir();
afterAll(async () => {
  Bun.spawnSync(["chmod", "-R", "u+rwx", home.path]); // the kernel's work directories let nobody in
  await home[Symbol.asyncDispose]();
});
let bundles = 0;

test.if(isUser)("a user's changes go to the writable layer, and are there when the container is made again", async () => {
  const bundle = await makeBundle("cat /etc/who; echo changed >/etc/who; rm -r /dir; mkdir /dir; ls /dir", 2);
  expect(run(bundle)).toEqual({ status: 0, out: "1\n", err: "" });
  expect(run(bundle)).toEqual({ status: 0, out: "changed\n", err: "" });
  expect(await readFile(join(bundle, "layers/1/etc/who"), "utf8")).toBe("1\n");
  expect(await readFile(join(bundle, "upper/etc/who"), "utf8")).toBe("changed\n");
});

test.if(isUser)("500 layers", async () => {
  const bundle = await makeBundle("ls /dir | wc -l; cat /etc/who", 500);
  expect(run(bundle)).toEqual({ status: 0, out: "499\n499\n", err: "" });
});

test.if(isUser)("a volatile layer can be used again", async () => {
  const bundle = await makeBundle("echo x >>/count; wc -l </count", 2, { volatile: true });
  expect([run(bundle), run(bundle)].map(({ out }) => out.trim())).toEqual(["1", "2"]);
});

test.if(isUser)("one layer that nobody writes to", async () => {
  const bundle = await makeBundle("echo x >/new; cat /etc/passwd", 1, { readonly: true });
  expect(run(bundle)).toEqual({ status: 1, out: "", err: expect.stringContaining("Read-only file system") });
});

test.if(isUser && requires("mapped-layers"))("mapping the ids of layers is refused", async () => {
  const bundle = await makeBundle("", 2, { idmap: true });
  expect(run(bundle)).toEqual({
    status: 1,
    out: "",
    err: expect.stringMatching(/only the host's root .*\n {2}layers\.json:1:\d+ \/options\/idmap/),
  });
});

async function makeBundle(script: string, count: number, options = {}): Promise<string> {
  const bundle = join(home.path, `bundle${bundles++}`);
  const base = join(bundle, "layers/0");
  for (const name of ["rootfs", "layers/0/bin", "layers/0/proc", "layers/0/sys", "layers/0/dev"]) {
    await mkdir(join(bundle, name), { recursive: true });
  }
  await copyFile(staticBusybox() ?? "", join(base, "bin/busybox"));
  await chmod(join(base, "bin/busybox"), 0o755);
  await symlink("busybox", join(base, "bin/sh"));
  const layers = Array.from({ length: count }, (_, i) => `layers/${i}`);
  for (const [i, layer] of layers.entries()) if (i > 0) await writeFiles(join(bundle, layer), { "etc/who": `${i}\n`, [`dir/${i}`]: "" });
  await writeFile(join(bundle, "layers.json"), JSON.stringify({ schemaVersion: 1, layers, options }));
  expect(lamina("spec", "--rootless", "--bundle", bundle)).toMatchObject({ status: 0, err: "" });
  const path = join(bundle, "config.json");
  const config = JSON.parse(await readFile(path, "utf8"));
  Object.assign(config.process, { terminal: false, args: ["/bin/busybox", "sh", "-c", script] });
  config.root.readonly = false;
  await writeFile(path, JSON.stringify(config, null, 2));
  return bundle;
}

function run(bundle: string): { status: number | null; out: string; err: string } {
  return lamina("run", "--bundle", bundle, "layered");
}

function lamina(...words: string[]): { status: number | null; out: string; err: string } {
  const argv = [...runtimeUnderTest().argv, "--root", join(home.path, "state"), ...words];
  const { exitCode, stdout, stderr } = Bun.spawnSync(argv, { stdin: "ignore" });
  const err = stderr.toString().replace(/^warning: .*may not make cgroups.*\n/m, "");
  return { status: exitCode, out: stdout.toString(), err };
}
