/** layers.json on older kernels: kernels stay compatible, so lamina is made to believe that this is an older one. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { layeredSandbox } from "../support/layered.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "busybox");
/** Without procfs: in a user namespace the kernel refuses one if a part of the host's is covered, as here. */
const USER_NAMESPACE = {
  linux: {
    namespaces: [{ type: "user" }, { type: "mount" }, { type: "pid" }, { type: "ipc" }, { type: "uts" }, { type: "network" }],
    uidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
    gidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
  },
  mounts: [{ destination: "/dev", type: "tmpfs", source: "tmpfs" }],
};

/** No release newer than this kernel. */
const RELEASES = ["5.15.0-old", "6.10.0-old"].filter((release) => {
  const [own, other] = [readFileSync("/proc/sys/kernel/osrelease", "utf8"), release].map((text) => text.split(".").map(Number.parseFloat));
  return (own?.[0] ?? 0) * 1000 + (own?.[1] ?? 0) >= (other?.[0] ?? 0) * 1000 + (other?.[1] ?? 0);
});

/** Makes lamina believe that the kernel is another one. */
async function pretend(release: string, { host }: { readonly host: string }): Promise<string[]> {
  await writeFile(join(host, "release"), `${release}\n`);
  const script = `mount --bind ${host}/release /proc/sys/kernel/osrelease && exec "$@"`;
  return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"];
}

test
  .if(possible)
  .each(RELEASES.flatMap((release) => [[release, "as root", {}] as const, [release, "in a user namespace", USER_NAMESPACE] as const]))(
  "500 layers in the way of Linux %s, %s",
  async (release, _, config) => {
    const layers = Array.from({ length: 499 }, (_, i) => ({ [`n/${i}`]: "" }));
    const script =
      "/bin/busybox ls /n | /bin/busybox wc -l; (echo x >/new) 2>/dev/null; [ ! -e /proc/self ] || grep -c ' - overlay ' /proc/self/mountinfo";
    await using box = await layeredSandbox({ layers, script, config });
    const prefix = await pretend(release, box);
    expect((await box.must(["run", "--bundle", box.path, box.id], { prefix })).stdout).toBe(
      config === USER_NAMESPACE ? "499\n" : "499\n1\n",
    );
    expect(box.leftovers()).toEqual([]);
  },
);

test.if(possible && RELEASES.length > 0)("a kernel that takes all layers at once: the error names the missing one", async () => {
  await using box = await layeredSandbox({ script: "", file: { layers: ["layers/none", "layers/base"] } });
  const prefix = await pretend("5.15.0-old", box);
  const { exitCode, stderr } = await box.call(["create", "--bundle", box.path, box.id], { prefix });
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("/layers/none: no such file or directory\n") });
  expect(stderr).toContain("\n  layers.json:4:5 /layers/0\n");
});
