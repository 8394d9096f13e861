/** `linux.netDevices`: devices of the host that a container gets. Each test is in a network namespace of its own, with a virtual cable whose other end stays. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { runContainer } from "../support/run-container.ts";
import { sandbox } from "../support/sandbox.ts";
import type { Outcome } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { defaultNamespaces } from "./corpus/case.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "veth");
const args = ["/probe", "network"];
const devices = (netDevices: JsonObject): JsonObject => ({ linux: { netDevices } });
/** What is said of the devices that are not there in every network namespace. */
const AFTERWARDS = 'status=$?; ip -o addr show | grep -v ": lo" | sed "s/^/after: /" >&2; exit $status';

/** Words before the runtime's: what `ip` does in a network namespace of its own first, and what is left in it afterwards, on standard error. */
function inNetwork(...commands: readonly string[]): readonly string[] {
  const quiet = "echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad; echo 1 >/proc/sys/net/ipv6/conf/default/addr_gen_mode";
  const steps = [quiet, "ip link add cable type veth peer name plug", "ip link set plug up", ...commands.map((words) => `ip ${words}`)];
  return ["unshare", "--net", "sh", "-c", `${steps.join(" && ")} && "$@"; ${AFTERWARDS}`, "sh"];
}

/** Lines of `probe network` about devices of that name, and what is left on the host. */
function shown({ stdout, stderr }: Outcome, ...names: readonly string[]): { inside: string[]; left: string[] } {
  const lines = stdout.split("\n").filter((line) => names.includes(line.split(" ")[1] ?? ""));
  const left = stderr.split("\n").flatMap((line) => /^after: \d+: (\S+)\s+(inet6? \S+)/.exec(line)?.slice(1).join(" ") ?? []);
  return { inside: lines, left };
}

test.if(possible)("[C84] [C85] a device comes with its name and its permanent global addresses, and is up", async () => {
  const prefix = inNetwork(
    "addr add 10.1.2.3/24 brd 10.1.2.255 dev cable",
    "addr add 10.1.2.4/24 dev cable",
    "addr add 192.168.7.1 peer 192.168.7.2 dev cable",
    "addr add 10.9.9.9/32 scope link dev cable",
    "addr add 10.8.8.8/32 valid_lft 1000 preferred_lft 1000 dev cable",
    "-6 addr add 2001:db8::7/64 dev cable",
    "link set cable mtu 1400",
    "link set cable up",
  );
  const outcome = await runContainer({ args, config: devices({ cable: {} }) }, { prefix });
  expect(shown(outcome, "cable")).toEqual({
    inside: [
      "device cable up mtu 1400",
      "address cable 10.1.2.3/24",
      "address cable 192.168.7.1/32 peer 192.168.7.2",
      "address cable 10.1.2.4/24",
      "address cable 2001:db8::7/64",
    ],
    left: [],
  });
});

test.if(possible)("[C84] it may have another name there, also one whose number the kernel chooses", async () => {
  const prefix = inNetwork(
    "link add cable2 type veth peer name plug2",
    "link add cable3 type veth peer name plug3",
    "addr add 10.1.2.3/24 dev cable",
  );
  const config = devices({ cable: { name: "eth0" }, cable2: { name: "data%d" }, cable3: { name: "data%d" } });
  const outcome = await runContainer({ args, config }, { prefix });
  expect(shown(outcome, "eth0", "data0", "data1").inside).toEqual([
    "device eth0 up mtu 1500",
    "device data0 up mtu 1500",
    "device data1 up mtu 1500",
    "address eth0 10.1.2.3/24",
  ]);
});

test.if(possible)("[C66] [C110] hooks and sysctls come after it", async () => {
  const look = `sed -n 's/.*"pid": *\\([0-9]*\\).*/\\1/p' | xargs -I{} nsenter -t {} -n ip -o link show eth0 >@HOST@/hook`;
  await using box = await sandbox({
    args: ["/probe", "read", "/proc/sys/net/ipv4/conf/eth0/forwarding"],
    config: {
      linux: { netDevices: { cable: { name: "eth0" } }, sysctl: { "net.ipv4.conf.eth0.forwarding": "1" } },
      hooks: { createRuntime: [{ path: "/bin/sh", args: ["sh", "-c", look] }] },
    },
  });
  const { stdout } = await box.call(["run", "--bundle", box.path, box.id], { prefix: inNetwork() });
  expect(stdout).toBe("read /proc/sys/net/ipv4/conf/eth0/forwarding ok 1\\n\n");
  expect(await box.hostFile("hook")).toContain("eth0");
});

for (const [words, name, result] of [
  ["a template gives it a name, and another index, where both are taken", "eth%d", ["device eth2 up mtu 1500", "address eth2 10.1.2.3/24"]],
  ["a name that is taken there is an error", "eth1", []],
] as const) {
  test.if(possible)(`[C84] in a network namespace that the container joins, ${words}`, async () => {
    await using box = await sandbox({
      args,
      config: {
        linux: {
          namespaces: [...defaultNamespaces().filter(({ type }) => type !== "network"), { type: "network", path: "@HOST@/joined" }],
          netDevices: { cable: { name } },
        },
      },
      host: { joined: "" },
    });
    const outside = inNetwork("addr add 10.1.2.3/24 dev cable");
    const joined = `unshare --net='${box.host}/joined' ip link add eth0 type veth peer name eth1 && exec "$@"`;
    const prefix = ["unshare", "--mount", "sh", "-c", joined, "sh", ...outside];
    const outcome = await box.call(["run", "--bundle", box.path, box.id], { prefix });
    expect(shown(outcome, "eth2", "cable")).toEqual({ inside: [...result], left: result.length > 0 ? [] : ["cable inet 10.1.2.3/24"] });
  });
}

test.if(possible)(
  "from a network namespace that the container was to join nothing is taken back, since others may have exchanged it",
  async () => {
    await using box = await sandbox({
      args: ["/no/such/program"],
      config: {
        linux: {
          namespaces: [...defaultNamespaces().filter(({ type }) => type !== "network"), { type: "network", path: "@HOST@/joined" }],
          netDevices: { cable: { name: "eth0" } },
        },
      },
      host: { joined: "" },
    });
    const namespace = `${box.host}/joined`;
    const look = `status=$?; nsenter --net='${namespace}' ip -o link show eth0 | sed "s/^/there: /" >&2; exit $status`;
    const before = ["unshare", "--mount", "sh", "-c", `unshare --net='${namespace}' true && exec "$@"`, "sh"];
    const prefix = [...before, ...inNetwork("addr add 10.1.2.3/24 dev cable"), "sh", "-c", `"$@"; ${look}`, "sh"];
    const outcome = await box.call(["run", "--bundle", box.path, box.id], { prefix });
    expect([outcome.exitCode, shown(outcome).left]).toEqual([1, []]);
    expect(outcome.stderr).toContain("network device cable stays in the network namespace");
    expect(outcome.stderr).toMatch(/^there: \d+: eth0/m);
  },
);

test.if(possible && requires("user-namespace"))("[C84] a container with a user namespace gets it too", async () => {
  const maps = [{ containerID: 0, hostID: 100000, size: 65536 }];
  const config = { linux: { netDevices: { cable: {} }, namespaces: defaultNamespaces("user"), uidMappings: maps, gidMappings: maps } };
  const outcome = await runContainer({ args, config }, { prefix: inNetwork("addr add 10.1.2.3/24 dev cable") });
  expect(shown(outcome, "cable").inside).toEqual(["device cable up mtu 1500", "address cable 10.1.2.3/24"]);
});

for (const [words, netDevices, commands, message, pointer] of [
  ["a device that is not there", { x9: {} }, [], "cannot give the container network device x9", "/linux/netDevices/x9"],
  ["a name that is taken", { cable: { name: "lo" } }, [], "the container has one already that is called lo", "/linux/netDevices/cable"],
  [
    "a device that cannot leave",
    { cable: {}, lo: { name: "lo2" } },
    [],
    "cannot move network device lo: the kernel keeps it in its network namespace",
    "/linux/netDevices/lo",
  ],
  [
    "a name that it has already beside its own",
    { cable: { name: "wire" } },
    ["link property add dev cable altname wire"],
    "its alternative name wire goes along, and is what it is to be called",
    "/linux/netDevices/cable",
  ],
] as const) {
  test.if(possible)(`[C84] [C16] ${words} is an error, and the host keeps everything`, async () => {
    const prefix = inNetwork("addr add 10.1.2.3/24 dev cable", "-6 addr add 2001:db8::7/64 dev cable", "link set cable up", ...commands);
    const outcome = await runContainer({ args, config: devices(netDevices) }, { prefix });
    expect([outcome.exitCode, outcome.stdout, shown(outcome).left]).toEqual([
      1,
      "",
      ["cable inet 10.1.2.3/24", "cable inet6 2001:db8::7/64"],
    ]);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).toContain(pointer);
  });
}

for (const program of ["/no/such/program", "/bin/no-program"]) {
  test.if(possible)(`[C16] if ${program} cannot be started, the host gets the device back, with its addresses and its state`, async () => {
    const prefix = inNetwork("addr add 10.1.2.3/24 dev cable", "link set cable up");
    const rootfs = { "bin/no-program": { text: "no program", mode: 0o755 } }; // only execve finds out
    const outcome = await runContainer({ args: [program], rootfs, config: devices({ cable: { name: "eth0" } }) }, { prefix });
    expect([outcome.exitCode, shown(outcome).left]).toEqual([1, ["cable inet 10.1.2.3/24"]]);
    expect(outcome.stderr).toContain(program);
  });
}

test.if(possible)("[C86] it is not moved back when the container ends", async () => {
  const { exitCode, stderr } = await runContainer(
    { config: devices({ cable: {} }) },
    { prefix: inNetwork("addr add 10.1.2.3/24 dev cable") },
  );
  expect([exitCode, stderr]).toEqual([0, ""]); // a virtual cable ends with the namespace of one of its ends
});
