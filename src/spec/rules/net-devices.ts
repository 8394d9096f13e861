/** Rules for `linux.netDevices`: names as the kernel takes them, each for one device. */
import type { Linux, NetDevice } from "../types.ts";
import { member, NONE, type Problem, quote } from "./rule.ts";

type Devices = Readonly<Record<string, NetDevice>>;

/** `hasNetwork`: the container has a network namespace, new or joined. */
export function checkNetDevices({ netDevices }: Linux, hasNetwork: boolean): readonly Problem[] {
  if (netDevices === undefined || Object.keys(netDevices).length === 0) return NONE;
  if (!hasNetwork) return [{ pointer: "/netDevices", problem: "needs a namespace of type network in /linux/namespaces" }];
  const problems = [...namesFitKernel(netDevices), ...namesAreDistinct(netDevices)];
  return problems.map(({ pointer, problem }) => ({ pointer: `/netDevices${pointer}`, problem }));
}

/** Of the directories in /proc/sys/net that are not about one device, so that none can be called like that. */
const RESERVED = ["all", "default"];

/** linux/net/core/dev.c: 15 bytes, neither / nor : nor white space; a template has one %d. */
function namesFitKernel(devices: Devices): Problem[] {
  return Object.entries(devices).flatMap(([host, { name = "" }]): Problem[] => [
    ...(isDeviceName(host) ? [] : [{ pointer: member(host), problem: `must be the name of a network device, not ${quote(host)}` }]),
    ...(name === "" || (isDeviceName(name) && /^[^%]*(%d[^%]*)?$/.test(name))
      ? []
      : [{ pointer: `${member(host)}/name`, problem: `must be a name for a network device, or one with %d, not ${quote(name)}` }]),
  ]);
}

function isDeviceName(name: string): boolean {
  return !RESERVED.includes(name) && /^[^/:\s]{1,15}$/.test(name) && name !== "." && name !== "..";
}

function namesAreDistinct(devices: Devices): Problem[] {
  const seen = new Map<string, string>();
  return Object.entries(devices).flatMap(([host, { name = "" }]): Problem[] => {
    const inside = name === "" ? host : name;
    const earlier = seen.get(inside);
    seen.set(inside, earlier ?? host);
    if (earlier === undefined || inside.includes("%d")) return [];
    return [
      {
        pointer: name === "" ? member(host) : `${member(host)}/name`,
        problem: `must not be called as ${quote(earlier)} is: ${quote(inside)}`,
      },
    ];
  });
}
