/** Rules for `linux.devices`. */
import { guestPath } from "../../base/paths.ts";
import type { Device } from "../types.ts";
import { type Problem, quote, type Rule } from "./rule.ts";

export const deviceRules: readonly Rule<readonly Device[]>[] = [pathsAreAbsolute, nodesHaveNumbers, pathsAreDistinct, numbersAreDistinct];

function pathsAreAbsolute(devices: readonly Device[]): readonly Problem[] {
  return devices.flatMap(({ path }, i) =>
    path.startsWith("/") && guestPath(path) !== "/"
      ? []
      : { pointer: `/${i}/path`, problem: `must be an absolute path${path.startsWith("/") ? " below /" : ""}, not ${quote(path)}` },
  );
}

function nodesHaveNumbers(devices: readonly Device[]): readonly Problem[] {
  return devices.flatMap((device, i) =>
    (["major", "minor"] as const)
      .filter((name) => device.type !== "p" && device[name] === undefined)
      .map((name) => ({ pointer: `/${i}`, problem: `"${name}" is missing; only type p needs none` })),
  );
}

/** Listing the same node twice is fine; two different nodes cannot share a path. */
function pathsAreDistinct(devices: readonly Device[]): readonly Problem[] {
  const first = new Map<string, Device>();
  return devices.flatMap((device, i) => {
    const earlier = first.get(device.path);
    if (earlier === undefined) first.set(device.path, device);
    const same = earlier === undefined || contentOf(earlier) === contentOf(device);
    return same ? [] : { pointer: `/${i}/path`, problem: `must not be given twice with different devices: ${quote(device.path)}` };
  });
}

interface Named {
  readonly path: string;
  readonly index: number;
}

function numbersAreDistinct(devices: readonly Device[]): readonly Problem[] {
  const named = new Map<string, Named[]>(); // of each node the first of its paths, and the first of another one
  return devices.flatMap((device, index) => {
    const node = nodeOf(device);
    const before = named.get(node) ?? [];
    const isOther = before.every(({ path }) => path !== device.path);
    if (isOther && before.length < 2) named.set(node, [...before, { path: device.path, index }]);
    const earlier = before.find(({ path }) => path !== device.path);
    if (device.type === "p" || earlier === undefined) return [];
    return { pointer: `/${index}`, problem: `should not be the same device as item ${earlier.index}`, warning: true as const };
  });
}

function nodeOf({ type, major, minor }: Device): string {
  return `${type === "u" ? "c" : type} ${major}:${minor}`;
}

function contentOf(device: Device): string {
  return `${nodeOf(device)} ${device.fileMode} ${device.uid}:${device.gid}`;
}
