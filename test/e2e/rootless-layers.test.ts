/** layers.json without privileges: the overlay is made in the user namespace, with its marks in user.overlay attributes. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LayersDriver, LayersFile } from "../../src/spec/types.ts";
import { remainingServers, serversOf } from "../support/fuse-servers.ts";
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
const laminaArgv = [...runtimeUnderTest().argv, "--root", join(home.path, "state")];
let bundles = 0;

const DRIVERS: readonly (readonly [LayersDriver, boolean])[] = [
  ["overlay", isUser],
  ["fuse-overlayfs", isUser && requires("fuse-overlayfs", "fuse-device")],
  ["vfs", isUser],
];

for (const [driver, possible] of DRIVERS) {
  test.if(possible)(`a user's changes go to the writable layer, and persist when the container is created again: ${driver}`, async () => {
    const bundle = await makeBundle("cat /etc/who; echo changed >/etc/who; rm -r /dir; mkdir /dir; ls /dir", { driver });
    expect(run(bundle)).toEqual({ status: 0, out: "1\n", err: "" });
    expect(run(bundle)).toEqual({ status: 0, out: "changed\n", err: "" });
    expect(await readFile(join(bundle, "layers/1/etc/who"), "utf8")).toBe("1\n");
    expect(await readFile(join(bundle, "upper/etc/who"), "utf8")).toBe("changed\n");
  });

  test.if(possible)(`diff shows what a user's container has changed: ${driver}`, async () => {
    const script = "echo changed >/etc/who; rm -r /dir; mkdir /dir; echo x >/dir/new; ln /etc/who /linked; mkfifo /pipe; rm /bin/sh";
    const bundle = await makeBundle(script, { driver });
    expect(lamina("run", "--keep", "--bundle", bundle, "layered")).toEqual({ status: 0, out: "", err: "" });
    const { out } = lamina("diff", "layered");
    expect(lamina("delete", "layered")).toEqual({ status: 0, out: "", err: "" });
    expect(out.trim().split("\n")).toEqual([
      ...["C /bin", "D /bin/sh", "C /dir", "D /dir/1", "A /dir/new", "C /etc", "C /etc/who", "A /linked", "A /pipe"],
    ]);
  });

  test.if(possible)(`500 layers: ${driver}`, async () => {
    const bundle = await makeBundle("ls /dir | wc -l; cat /etc/who", { driver, count: 500 });
    expect(run(bundle)).toEqual({ status: 0, out: "499\n499\n", err: "" });
  });

  test.if(possible)(`a volatile layer can be used again: ${driver}`, async () => {
    const bundle = await makeBundle("echo x >>/count; wc -l </count", { driver, options: { volatile: true } });
    expect([run(bundle), run(bundle)].map(({ out }) => out.trim())).toEqual(["1", "2"]);
  });

  test.if(possible)(`one layer that nobody writes to: ${driver}`, async () => {
    const bundle = await makeBundle("echo x >/new; cat /etc/passwd", { driver, count: 1, options: { readonly: true } });
    expect(run(bundle)).toEqual({ status: 1, out: "", err: expect.stringContaining("Read-only file system") });
  });

  test.if(possible)(`mapping the ids of layers is refused: ${driver}`, async () => {
    const bundle = await makeBundle("", { driver, options: { idmap: true } });
    expect(run(bundle)).toEqual({
      status: 1,
      out: "",
      err: expect.stringMatching(/only the host's root .*\n {2}layers\.json:1:\d+ \/options\/idmap/),
    });
  });
}

test.if(isUser)("a read-only root can be a tree of the user's", async () => {
  const bundle = await makeBundle("ls /dir; stat -c %a /", { driver: "vfs" });
  await chmod(join(bundle, "layers/1"), 0o555);
  expect([run(bundle), run(bundle)].map(({ out, err }) => out + err)).toEqual(["1\n555\n", "1\n555\n"]);
});

test.if(isUser)("a file owned by somebody else cannot be in a user's tree, and the error names it", async () => {
  const bundle = await makeBundle("true", { driver: "vfs" });
  const layers = ["layers/0", "/proc/sys/kernel/random", "layers/1"];
  await writeFile(join(bundle, "layers.json"), JSON.stringify({ schemaVersion: 1, layers, driver: "vfs" }));
  expect(run(bundle)).toEqual({
    status: 1,
    out: "",
    err: expect.stringMatching(
      /cannot copy "\/.*" of the layers: it belongs to another user, and only root may give files away\n {2}layers\.json:1:/,
    ),
  });
});

test.if(isUser && requires("fuse-overlayfs", "fuse-device"))("the server of fuse-overlayfs ends with a user's container", async () => {
  const bundle = await makeBundle("sleep 1000", { driver: "fuse-overlayfs" });
  const argv = [...laminaArgv, "create", "--bundle", bundle, "layered"];
  expect(Bun.spawnSync(argv, { stdio: ["ignore", "ignore", "ignore"] }).exitCode).toBe(0); // the container inherits them
  const [server, ...others] = serversOf(bundle);
  expect([typeof server, others]).toEqual(["number", []]);
  expect(lamina("delete", "--force", "layered")).toEqual({ status: 0, out: "", err: "" });
  expect(await remainingServers(bundle)).toEqual([]);
});

interface Wanted {
  readonly driver: LayersDriver;
  /** Of layers. */
  readonly count?: number;
  readonly options?: LayersFile["options"];
}

async function makeBundle(script: string, { driver, count = 2, options = {} }: Wanted): Promise<string> {
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
  await writeFile(join(bundle, "layers.json"), JSON.stringify({ schemaVersion: 1, layers, driver, options }));
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
  const { exitCode, stdout, stderr } = Bun.spawnSync([...laminaArgv, ...words], { stdin: "ignore" });
  const err = stderr.toString().replace(/^warning: .*cannot create cgroups.*\n/m, "");
  return { status: exitCode, out: stdout.toString(), err };
}
