/**
 * Class: a process that joins a pid namespace is traced by processes in it before it has its system call filter, and then does for them what the
 * filter forbids. Whoever can be seen there has it.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentFor, asking } from "../support/filter-agent.ts";
import { DEFAULT, type Formed, formed } from "../support/forms.ts";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import type { Running } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "seccomp", "libseccomp");
const TIMES = 100;
const RIGHTS = ["CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"];
const CAPABILITIES = { bounding: RIGHTS, effective: RIGHTS, permitted: RIGHTS };
const RULE = { names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO" };
const FORBIDS: JsonObject = { defaultAction: "SCMP_ACT_ALLOW", syscalls: [RULE] };
const ASKS: JsonObject = { ...asking([]), syscalls: [RULE, { names: ["sync"], action: "SCMP_ACT_NOTIFY" }] };

async function attacking(
  seccomp = FORBIDS,
  process: JsonObject = {},
): Promise<{ readonly container: Formed; readonly running: Running; readonly pid: number }> {
  const container = await formed(DEFAULT, {
    args: ["/probe", "seize", "/stop"],
    config: { process: { capabilities: CAPABILITIES, ...process }, root: { readonly: false }, linux: { seccomp } },
  });
  if (seccomp !== FORBIDS) await agentFor(container.box, 0);
  const { running, pid } = await container.create();
  expect((await container.call(["start", container.box.id])).exitCode).toBe(0);
  await running.shows("seizing");
  return { container, running, pid };
}

/** Does it again and again, until the attacker has caught a process. */
async function whileAttacked({ container, running }: Awaited<ReturnType<typeof attacking>>, act: () => Promise<void>): Promise<void> {
  for (let i = 0; i < TIMES || (i < 20 * TIMES && !(await running.stdout()).includes("seized")); i++) await act();
  writeFileSync(join(container.box.rootfs, "stop"), "");
  await running.shows("unfiltered ");
  expect(await running.stdout()).toBe("seizing\nseized\nunfiltered none\n");
}

test.if(possible)("a process that exec starts has the container's filter when it can be seen", async () => {
  const attack = await attacking();
  await using container = attack.container;
  await whileAttacked(attack, async () => {
    expect((await container.call(["exec", container.box.id, "/probe", "true"])).exitCode).toBe(0);
  });
});

test.if(possible).each([true, false])("so it has if the filter has a listener (noNewPrivileges: %p)", async (noNewPrivileges) => {
  const attack = await attacking(ASKS, { noNewPrivileges });
  await using container = attack.container;
  await whileAttacked(attack, async () => {
    await agentFor(container.box, 0);
    expect((await container.call(["exec", container.box.id, "/probe", "true"])).exitCode).toBe(0);
  });
});

test.if(possible && requires("proc-of-namespace"))(
  "a container that joins a pid namespace has its filter when it can be seen",
  async () => {
    const attack = await attacking();
    await using _container = attack.container;
    const namespaces = [
      ...["network", "ipc", "uts", "mount"].map((type) => ({ type })),
      { type: "pid", path: `/proc/${attack.pid}/ns/pid` },
    ];
    await using victim = await formed(DEFAULT, { args: ["/probe", "true"], config: { linux: { namespaces, seccomp: FORBIDS } } });
    await whileAttacked(attack, async () => {
      expect((await victim.run()).exitCode).toBe(0);
    });
  },
);
