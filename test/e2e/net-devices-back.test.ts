/** Network devices of a container that fails to start: what the host gets back. Each test is in a network namespace of its own. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { runContainer } from "../support/run-container.ts";
import type { Outcome } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "veth");
/** Only those addresses are there that are given, and without a wait of a second for duplicates. */
const QUIET = "echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad; echo 1 >/proc/sys/net/ipv6/conf/default/addr_gen_mode";
const OWN = "echo 0 >/proc/sys/net/ipv6/conf/default/addr_gen_mode";
const OWN_IS_THERE = 'until [ -n "$(ip -6 addr show dev cable)" ]; do :; done';
const SETTLED = 'until [ -z "$(ip -6 addr show tentative)" ]; do :; done';
const SHOWN = "{ ip -o addr; ip -o -4 route show table all; ip -o -6 route show table all; cat /proc/sys/net/ipv4/conf/*/tag; }";
const tell = (when: string): string => `${SHOWN} | sed "s/^/${when}: /" >&2`;

/** What is made with ip(8) in the network first. */
interface Ground {
  readonly addresses: readonly string[];
  readonly routes: readonly string[];
  /** Whether the kernel makes addresses of itself too. */
  readonly hasOwn?: boolean;
}

/** A container with these devices, and with a hook that runs `script` and fails, in a network of its own. */
async function fail(netDevices: JsonObject, { addresses, routes, hasOwn = false }: Ground, script = ""): Promise<Outcome> {
  const cables = ["cable", "wire", "other"].map((name) => `link add ${name} type veth peer name plug-${name}`);
  const up = ["cable", "plug-cable", "wire", "plug-wire", "other", "plug-other"].map((name) => `link set ${name} up`);
  const ip = (commands: readonly string[]): string[] => commands.map((words) => `ip ${words}`);
  const [before, after] = hasOwn
    ? [
        [QUIET, OWN],
        [OWN_IS_THERE, SETTLED],
      ]
    : [[QUIET], [SETTLED]];
  const steps = [...before, ...ip([...cables, ...up, ...addresses]), ...after, ...ip(routes)].join(" && ");
  const all = `${steps} && echo 7 >/proc/sys/net/ipv4/conf/cable/tag && ${tell("was")} && "$@"; status=$?; ${tell("is")}; exit $status`;
  const hooks = { createRuntime: [{ path: "/bin/sh", args: ["sh", "-c", `${script} exit 1`] }] };
  return await runContainer(
    { config: { linux: { netDevices }, hooks } },
    { prefix: ["unshare", "--net", "--mount", "sh", "-c", all, "sh"] },
  );
}

/** Addresses and routes, but for those that the kernel makes of IPv6 addresses when it comes to it. Times pass. */
function told({ stderr }: Outcome, when: string): string[] {
  const lines = stderr.split("\n").filter((line) => line.startsWith(`${when}: `));
  const said = lines.map((line) => line.slice(when.length + 2).replace(/\d+sec/g, "some sec")).filter((line) => line.includes(" "));
  return said.filter((line) => !/^(local|multicast) [0-9a-f]*:.* proto kernel/.test(line));
}

function tags({ stderr }: Outcome, when: string): number {
  return stderr.split("\n").filter((line) => line === `${when}: 7`).length;
}

const ADDRESSES = [
  "addr add 10.9.0.2/24 dev cable valid_lft 3600 preferred_lft 1800",
  "addr add 10.9.0.3/24 dev cable label cable:more",
  "addr add 169.254.3.3/16 scope link dev cable",
  "addr add 10.10.0.1 peer 10.10.0.2 metric 50 dev cable",
  "addr add 10.8.0.2/24 dev wire",
  "addr add 10.7.0.2/24 dev other",
  "addr add 2001:db8::2/64 dev cable valid_lft 3600 preferred_lft 1800",
  "addr add 2001:db8:1::2/64 dev cable",
  "addr add fe80::77/64 dev cable",
  "addr add fd00::9/64 dev wire nodad",
  "addr add fd01::9/64 dev other",
];
const ROUTES = [
  "route add default via 10.9.0.1",
  "route add 172.16.0.0/16 via 172.31.0.1 dev cable onlink table 100 mtu 1300",
  "route add 172.17.0.0/16 nexthop via 10.9.0.1 weight 3 nexthop via 10.8.0.1",
  "route add 172.18.0.0/16 nexthop via 10.9.0.1 weight 3 nexthop via 10.7.0.1",
  "route add 172.19.0.0/16 dev other src 10.9.0.3",
  "route add 172.20.0.0/16 via inet6 fe80::1 dev cable metric 7",
  "route add 192.0.2.1 dev cable",
  "route add 198.51.100.0/24 via 192.0.2.1",
  "route add local 203.0.113.0/24 dev cable",
  "route add default via fe80::1 dev cable expires 900",
  "route add 2001:db8:5::/48 via 2001:db8:1::1 src 2001:db8:1::2",
  "route add 2001:db8:6::/48 nexthop via 2001:db8:1::1 weight 2 nexthop via fd00::1",
  "route add 2001:db8:7::/48 nexthop via 2001:db8:1::1 weight 2 nexthop via fd01::1",
].map((words) => (words.includes("::") && !words.includes("inet6") ? `-6 ${words}` : words));

test.if(possible)(
  "[C16] the host gets devices back with all of their addresses, as they were, and with all routes that went with them",
  async () => {
    const outcome = await fail({ cable: { name: "eth0" }, wire: { name: "eth%d" } }, { addresses: ADDRESSES, routes: ROUTES });
    const isAddress = (line: string): boolean => /^\d+: /.test(line);
    const [was, is] = [told(outcome, "was"), told(outcome, "is")];
    expect(was.filter((line) => line.includes("cable")).length).toBeGreaterThan(20);
    expect(is.filter(isAddress)).toEqual(was.filter(isAddress));
    expect(is.map(inOrder).toSorted()).toEqual(was.map(inOrder).toSorted());
    expect([outcome.exitCode, tags(outcome, "was"), tags(outcome, "is")]).toEqual([1, 1, 0]);
    expect(outcome.stderr).not.toContain("warning");
  },
);

/** A route of IPv6 by several gateways, which have no order. */
function inOrder(line: string): string {
  return line.split("\\").toSorted().join("\\");
}

test.if(possible)("[C16] an IPv6 address that the kernel makes of itself is there again, and once", async () => {
  const routes = ["-6 route add default via fe80::1 dev cable"];
  const outcome = await fail({ cable: {} }, { addresses: [], routes, hasOwn: true });
  const of = (when: string): string[] =>
    told(outcome, when).flatMap((line) => / cable +inet6 (\S+)|(default via fe80::1)/.exec(line)?.[0] ?? []);
  expect(of("was")).toEqual([expect.stringMatching(/inet6 fe80:.*ff:fe/), "default via fe80::1"]);
  expect(of("is")).toEqual(of("was"));
  expect(outcome.stderr).not.toContain("warning");
});

test.if(possible)("[C16] it is told which addresses and routes cannot be given back", async () => {
  const routes = ["nexthop add id 7 via 10.9.0.9 dev cable", "route add 172.21.0.0/16 nhid 7"];
  const noIpv6 = "echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6;";
  const { stderr } = await fail({ cable: {} }, { addresses: ADDRESSES, routes }, noIpv6);
  expect(stderr).toContain(
    "network device cable comes back without address 2001:db8:1::2/64: cannot give network device cable its address",
  );
  expect(stderr).toContain(
    "network device cable comes back without route 172.21.0.0/16 via 10.9.0.9: nexthop object 7 went with the device",
  );
  expect(stderr).toMatch(/^is: .*10\.9\.0\.2\/24/m);
});

test.if(possible)("[C84] a name that a later device cannot have is an error before any has moved", async () => {
  const outcome = await fail({ cable: {}, wire: { name: "lo" } }, { addresses: ADDRESSES, routes: ROUTES });
  expect([outcome.exitCode, told(outcome, "is"), tags(outcome, "is")]).toEqual([1, told(outcome, "was"), 1]); // a device that moves loses its settings
  expect(outcome.stderr).toContain("cannot move network device wire: the container has one already that is called lo");
});
