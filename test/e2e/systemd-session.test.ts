/** The systemd cgroup driver for a user without privileges: the systemd of their session is asked. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { type JsonObject, merge } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { SESSION_USER, type SystemdGround, systemdGround } from "../support/systemd-ground.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const WAITS = ["/probe", "sleep-until-signal"];

test.if(requires("root", "systemd", "cgroupfs-driver"))(
  "without libsystemd the error names its package, and nothing else needs it",
  async () => {
    const hide = `for file in $(ldconfig -p | sed -n 's/.*libsystemd.so.0.* => //p'); do mount --bind /dev/null "$file"; done; exec "$@"`;
    const prefix = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", hide, "sh"];
    await using box = await sandbox({ args: WAITS });
    const { exitCode, stderr } = await box.call(["--systemd-cgroup", "create", "--bundle", box.path, box.id], { prefix });
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^cannot use the systemd cgroup driver: .*libsystemd\.so\.0/)]);
    expect(stderr).toContain("install the package libsystemd0 (Debian, Ubuntu)");
    await box.create([], { prefix });
  },
);

const has = requires("root", "systemd", "systemd-v2", "reachable");
let ground: SystemdGround;
beforeAll(async () => {
  if (has) ground = await systemdGround("v2");
});
afterAll(() => (has ? ground[Symbol.asyncDispose]() : undefined));

const world = async (config: JsonObject = {}, environment: readonly string[] = []): Promise<Sandbox> => {
  const { name, argv } = runtimeUnderTest();
  const namespaces = ["pid", "mount", "ipc", "uts", "user", "cgroup"].map((type) => ({ type }));
  const map = [{ containerID: 0, hostID: SESSION_USER, size: 1 }];
  const linux = { namespaces, uidMappings: map, gidMappings: map };
  const mounts = [{ destination: "/proc", type: "proc", source: "proc" }];
  const recipe = { args: WAITS, config: merge({ mounts, linux }, config) };
  const box = await sandbox(recipe, { runtime: { name, argv: [...ground.userPrefix, ...environment, ...argv, "--systemd-cgroup"] } });
  await ground.must("chown", "--recursive", `${SESSION_USER}:${SESSION_USER}`, box.directory);
  return box;
};
const user = (...words: readonly string[]): Promise<string> => ground.must(...ground.userPrefix.slice(ground.prefix.length), ...words);
const stateOf = (unit: string): Promise<string> =>
  user("systemctl", "--user", "show", unit, "--property=ActiveState,LoadState,Slice,Delegate");

test.if(has)("a container is a scope of the user's systemd", async () => {
  await using box = await world();
  await box.create();
  const unit = `lamina-${box.id}.scope`;
  expect((await stateOf(unit)).trim().split("\n").sort()).toEqual([
    "ActiveState=active",
    "Delegate=yes",
    "LoadState=loaded",
    "Slice=user.slice",
  ]);
  const { pid } = await box.state();
  expect(await ground.must("cat", `/proc/${pid}/cgroup`)).toContain(
    `0::/user.slice/user-${SESSION_USER}.slice/user@${SESSION_USER}.service/user.slice/${unit}\n`,
  );
  await box.must(["start", box.id]);
  const told = await box.call(["exec", box.id, "/probe", "read", "/proc/self/cgroup"]);
  expect([told.stdout, told.stderr]).toEqual([expect.stringContaining("0::/\\n"), ""]);
  await box.must(["delete", "--force", box.id]);
  expect(await stateOf(unit)).toContain("LoadState=not-found");
});

test.if(has)("without a session nothing is begun, and the error says what is missing", async () => {
  await using box = await world({}, ["env", "--unset=XDG_RUNTIME_DIR"]);
  const { exitCode, stderr } = await box.call(["create", "--bundle", box.path, box.id]);
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringContaining("cannot use the systemd cgroup driver: cannot connect to the user bus: "),
  ]);
  expect(stderr).toContain("XDG_RUNTIME_DIR or DBUS_SESSION_BUS_ADDRESS");
});
