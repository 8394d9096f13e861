/**
 * Second ways that a plan, or init, has for what a kernel, a filter or a file system refuses: each is taken because the first one fails.
 * Where a plan decides by the kernel's release, old-kernel-layers.test.ts lies about that, and the golden plans have such facts.
 */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, chownSync, existsSync } from "node:fs";
import { join } from "node:path";
import { SYS } from "../../src/sys/call/numbers.ts";
import { archiveOf } from "../support/archive.ts";
import { canFilter, number } from "../support/filtered.ts";
import type { JsonObject } from "../support/json.ts";
import { buildProbe } from "../support/probe.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const [EPERM, ENOSYS] = [1, 38];
const NOEXEC = "/proc/sys/vm/memfd_noexec";

let probe = "";
beforeAll(async () => {
  probe = await buildProbe();
});

/** Words before the runtime's: for it and all that it starts there is no such call. */
const lacking = (call: string, errno: number): string[] => [probe, "lacking", String(number(call)), String(errno)];

const namespaces = (...types: string[]): JsonObject[] => types.map((type) => ({ type }));

/** What `run` prints, with nothing on standard error and nothing left behind. */
async function shown(box: Sandbox, prefix: readonly string[]): Promise<string> {
  const { stdout } = await box.must(["run", "--bundle", box.path, box.id], { prefix });
  expect(box.leftovers()).toEqual([]);
  return stdout;
}

const PROC = { destination: "/proc", type: "bind", source: "/proc", options: ["rbind"] };
const DEV = { destination: "/dev", type: "tmpfs", source: "tmpfs" };
const WITHOUT_NETWORK = namespaces("pid", "ipc", "uts", "mount");

test.if(canFilter)("where no procfs can be mounted init writes through the host's", async () => {
  const linux = { sysctl: { "net.ipv4.ip_default_ttl": "77" }, maskedPaths: ["/etc/passwd"], readonlyPaths: ["/etc/group"] };
  const args = ["/probe", "read", "/proc/sys/net/ipv4/ip_default_ttl", "read", "/etc/passwd", "append", "/etc/group", "x"];
  await using box = await sandbox({ args, config: { root: { readonly: false }, mounts: [PROC], linux } });
  expect(await shown(box, lacking("fsopen", EPERM))).toBe(
    "read /proc/sys/net/ipv4/ip_default_ttl ok 77\\n\nread /etc/passwd ok \nappend /etc/group EROFS\n",
  );
});

test.if(canFilter)("where no sysfs can be mounted the host's own is bound, with the options of the mount", async () => {
  const sysfs = { destination: "/sys", type: "sysfs", source: "sysfs", options: ["ro", "nosuid"] };
  const args = ["/probe", "mount", "/sys", "stat", "/sys/kernel"];
  await using box = await sandbox({
    args,
    config: { mounts: [PROC, sysfs], linux: { namespaces: WITHOUT_NETWORK, maskedPaths: [], readonlyPaths: [] } },
  });
  expect(await shown(box, lacking("fsopen", EPERM))).toMatch(/^mount \/sys sysfs ro,nosuid,.*\nstat \/sys\/kernel d 0755 0:0\n$/);
});

test.if(requires("root", "seccomp", "libseccomp", "systemd-v2"))(
  "where no cgroup2 can be mounted the container's directory is bound",
  async () => {
    const mount = { destination: "/cgroup", type: "cgroup2", source: "cgroup2" };
    const args = ["/probe", "mount", "/cgroup", "stat", "/cgroup/cgroup.procs"];
    const config = {
      mounts: [PROC, mount],
      linux: { namespaces: [...WITHOUT_NETWORK, { type: "cgroup" }], maskedPaths: [], readonlyPaths: [] },
    };
    await using box = await sandbox({ args, config, rootfs: { cgroup: { directory: true } } });
    expect(await shown(box, lacking("fsopen", EPERM))).toMatch(
      /^mount \/cgroup cgroup2 rw,nosuid,nodev,noexec,.*\nstat \/cgroup\/cgroup.procs - 0644 0:0\n$/,
    );
  },
);

test.if(canFilter && requires("cgroup-v1"))("where there is no clone3(2) clone(2) starts the container", async () => {
  await using box = await sandbox({ args: ["/probe", "pid", "names"] });
  expect(await shown(box, lacking("clone3", ENOSYS))).toStartWith("pid 1 ppid 0\nhostname container\n");
});

test.if(canFilter)("where the kernel has no keyrings the container has none of its own", async () => {
  await using box = await sandbox({ args: ["/probe", "session-keyring"] });
  expect(await shown(box, lacking("keyctl", ENOSYS))).toContain("ENOSYS");
});

test.if(canFilter).each(["process_vm_readv", "process_vm_writev"])("without %s memory is read and written as it is", async (call) => {
  for (const errno of [EPERM, ENOSYS]) {
    await using box = await sandbox({ args: ["/probe", "pid"] });
    expect(await shown(box, lacking(call, errno))).toContain("1");
  }
});

test.if(canFilter)("without listxattrat(2) a layer's attributes are found by paths", async () => {
  await using box = await sandbox({});
  const archive = join(box.directory, "image.tar");
  await Bun.write(archive, archiveOf({ name: "a/", xattrs: { "user.a": "1" } }, { name: "a/f", content: "x", xattrs: { "user.b": "2" } }));
  const images = (...words: string[]): string[] => ["--image-root", join(box.directory, "store"), "image", ...words];
  const prefix = [probe, "lacking", String(SYS.listxattrat), String(ENOSYS)];
  await box.must(images("import", "--quiet", archive, "base"), { prefix });
  await box.must(images("verify"));
  await box.must(images("verify"), { prefix });
});

/** Of the pid namespace in which the runtime then is. */
const withNoexec = (value: number): string[] => {
  return ["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", `echo ${value} >${NOEXEC} && exec "$@"`, "sh"];
};

test.if(root && existsSync(NOEXEC) && requires("cgroupfs-driver"))(
  "init starts where files in memory are not executable by default",
  async () => {
    await using box = await sandbox({ args: ["/probe", "pid"] });
    expect(await shown(box, withNoexec(1))).toBe("pid 1 ppid 0\n");
  },
);

test.if(root && existsSync(NOEXEC) && requires("cgroupfs-driver"))(
  "where no file in memory may be executed the error names what forbids it",
  async () => {
    await using box = await sandbox({ args: ["/probe", "pid"] });
    const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id], { prefix: withNoexec(2) });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("vm.memfd_noexec") });
    expect(box.leftovers()).toEqual([]);
  },
);

test.if(root)("a working directory that root may not enter is entered as the user", async () => {
  const mappings = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
  const linux = { namespaces: namespaces("user", "pid", "ipc", "uts", "mount", "network"), uidMappings: mappings, gidMappings: mappings };
  const boxOf = async (id: number): Promise<Sandbox> => {
    const process = { user: { uid: id, gid: id }, cwd: "/own" };
    const recipe = { args: ["/probe", "cwd"], config: { process, linux, mounts: [DEV] }, rootfs: { own: { directory: true } as const } };
    const box = await sandbox(recipe);
    chmodSync(join(box.rootfs, "own"), 0o700);
    chownSync(join(box.rootfs, "own"), 101_000, 5); // a group that the container does not have: its root has no power over the directory
    return box;
  };
  await using users = await boxOf(1000);
  expect(await shown(users, [])).toBe("cwd /own\n");
  await using roots = await boxOf(0);
  const { exitCode, stderr } = await roots.call(["run", "--bundle", roots.path, roots.id]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("permission denied") });
});

test.if(root)("where the container has no null device a mask is the host's", async () => {
  const dev = { destination: "/dev", type: "bind", source: "@HOST@/dev", options: ["bind"] };
  const args = ["/probe", "stat", "/etc/passwd", "read", "/etc/passwd"];
  await using box = await sandbox({
    args,
    config: { mounts: [PROC, dev], linux: { maskedPaths: ["/etc/passwd"] } },
    host: { "dev/.keep": "" },
  });
  expect(await shown(box, [])).toBe("stat /etc/passwd c 0666 0:0 1:3\nread /etc/passwd ok \n");
});
