/**
 * Class: a process that joins a container is traced or read by processes in it (runc CVE-2016-9962). Until it is the program nobody there reaches
 * anything of the host through it: not its root, its working directory or its descriptors, whatever rights he has in the container.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT, type Form, type Formed, formed, NO_PIVOT, USER_NAMESPACE } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { type Running, spawn } from "../support/spawn.ts";
import { tempDir } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const TIMES = 40;
const RIGHTS = ["CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH"];
const CAPABILITIES = { bounding: RIGHTS, effective: RIGHTS, permitted: RIGHTS };

/** Executes a program in the container again and again; some of them until the attacker has seen it. */
async function execBefore(attacker: Running, container: Formed): Promise<void> {
  for (let i = 0; i < TIMES || (i < 50 * TIMES && !(await attacker.stdout()).includes("seen")); i++) {
    expect((await container.call(["exec", container.box.id, "/probe", "true"])).exitCode).toBe(0);
  }
}

/** Not the host's pid namespace: with that capability the host's own processes would show all of it. */
const FORMS_WITH_PIDS = [DEFAULT, NO_PIVOT, USER_NAMESPACE] satisfies Form[];

for (const form of FORMS_WITH_PIDS) {
  test.if(root)(`a container's process with CAP_SYS_PTRACE reaches nothing of the host through exec, ${form.name}`, async () => {
    await using host = await tempDir({ secret: "of the host" });
    const token = `traced-${crypto.randomUUID()}`;
    await using container = await formed(form, {
      args: ["/probe", "inspect", token, join(host.path, "secret"), "/stop"],
      config: { process: { capabilities: CAPABILITIES }, linux: { cgroupsPath: `/${token}` } },
    });
    const { running } = await container.create();
    expect((await container.call(["start", container.box.id])).exitCode).toBe(0);
    await execBefore(running, container);
    writeFileSync(join(container.box.rootfs, "stop"), "");
    await running.shows("inspected ");
    expect(await running.stdout()).toBe("seen\ninspected none\n");
  });
}

test.if(root)(
  "root without any capability, in the host's pid namespace, reaches nothing of the host through exec in a user namespace",
  async () => {
    await using container = await formed(USER_NAMESPACE, { args: ["/probe", "sleep-until-signal"], host: { secret: "of the host" } });
    const { running } = await container.create();
    expect((await container.call(["start", container.box.id])).exitCode).toBe(0);
    await running.shows("waiting");
    const { box } = container;
    const stop = join(box.host, "stop");
    const powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "--"];
    const words = [join(box.host, "probe"), "inspect", box.id, join(box.host, "secret"), stop];
    const attacker = await spawn(join(box.directory, "calls"), [...powerless, ...words], { deadline: 180_000 });
    await execBefore(attacker, container);
    writeFileSync(stop, "");
    expect((await attacker.ended).stdout).toBe("seen\ninspected none\n");
  },
);
