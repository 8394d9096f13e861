/**
 * Class: tracing or reading init (runc CVE-2016-9962). From the moment it is in the container's namespaces until execve(2) nobody in them
 * reaches the host through it: not its root, its working directory or its descriptors, whatever their rights in there.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT, type Form, type Formed, formed, HOST_PID, USER_NAMESPACE } from "../support/forms.ts";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { type Running, spawn } from "../support/spawn.ts";
import { tempDir } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const STARTS = 20;
const SECRET = { host: { secret: "of the host" } };

/** Creates and deletes the victim again and again while `attacker` looks for it, at least until it has been seen. */
async function createBefore(attacker: Running, victim: Formed): Promise<void> {
  for (let i = 0; i < STARTS; i++) {
    await victim.create();
    await attacker.shows("seen");
    expect((await victim.call(["delete", "--force", victim.box.id])).exitCode).toBe(0);
  }
}

test.if(root && requires("proc-of-namespace"))(
  "a process with CAP_SYS_PTRACE reaches nothing of the host through a container that joins its pid namespace",
  async () => {
    await using host = await tempDir({ secret: "of the host" });
    const token = `traced-${crypto.randomUUID()}`;
    const rights = ["CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH"];
    await using attacker = await formed(DEFAULT, {
      args: ["/probe", "inspect", token, join(host.path, "secret"), "/stop"],
      config: { process: { capabilities: { bounding: rights, effective: rights, permitted: rights } } },
    });
    const { pid, running } = await attacker.create();
    expect((await attacker.call(["start", attacker.box.id])).exitCode).toBe(0);
    const namespaces = [...["network", "ipc", "uts", "mount"].map((type) => ({ type })), { type: "pid", path: `/proc/${pid}/ns/pid` }];
    await using victim = await formed(DEFAULT, { config: { linux: { namespaces, cgroupsPath: `/${token}` } } });
    await createBefore(running, victim);
    writeFileSync(join(attacker.box.rootfs, "stop"), "");
    await running.shows("inspected ");
    expect(await running.stdout()).toBe("seen\ninspected none\n");
  },
);

for (const [what, form, linux] of [
  ["a user namespace", USER_NAMESPACE, {}],
  ["a user namespace and time offsets", withTime(USER_NAMESPACE), { timeOffsets: { boottime: { secs: 7 } } }],
] as const) {
  test.if(root && requires("time-namespace"))(
    `root without any capability, in the host's pid namespace, reaches nothing of the host through a container with ${what}`,
    async () => {
      await using victim = await formed(form, { ...SECRET, config: { linux } as JsonObject });
      const { box } = victim;
      const stop = join(box.host, "stop");
      const powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "--"];
      const words = [join(box.host, "probe"), "inspect", box.id, join(box.host, "secret"), stop];
      const attacker = await spawn(join(box.directory, "calls"), [...powerless, ...words], { deadline: 120_000 });
      await createBefore(attacker, victim);
      writeFileSync(stop, "");
      expect((await attacker.ended).stdout).toBe("seen\ninspected none\n");
    },
  );
}

function withTime(form: Form): Form {
  return { ...form, namespaces: [...form.namespaces, "time"] };
}

test.if(root)("init cannot be inspected while it waits, not even by its own user", async () => {
  for (const form of [DEFAULT, HOST_PID]) {
    await using container = await formed(form, { config: { process: { user: { uid: 1000, gid: 1000 }, capabilities: null } } });
    const { pid } = await container.create();
    const asUser = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "--inh-caps=-all", "--", "ls"];
    const looks = ["root/", "cwd/", "fd/", "map_files/"].map((name) => Bun.spawnSync([...asUser, `/proc/${pid}/${name}`]).exitCode !== 0);
    expect([looks, /^Uid:\s+1000\b/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))]).toEqual([[true, true, true, true], true]);
  }
});
