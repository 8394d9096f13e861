/** Rules for `linux.devices`. */
import type { Device } from "../types.ts";
import { type Problem, quote, type Rule } from "./rule.ts";

export const deviceRules: readonly Rule<readonly Device[]>[] = [pathsAreAbsolute, nodesHaveNumbers, pathsAreDistinct, numbersAreDistinct];

function pathsAreAbsolute(devices: readonly Device[]): readonly Problem[] {
  return devices.flatMap(({ path }, i) =>
    path.startsWith("/") ? [] : { pointer: `/${i}/path`, problem: `must be an absolute path, not ${quote(path)}` },
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
  return devices.flatMap((device, i) => {
    const earlier = devices.findIndex(({ path }) => path === device.path);
    const other = devices[earlier];
    const same = other === undefined || earlier >= i || contentOf(other) === contentOf(device);
    return same ? [] : { pointer: `/${i}/path`, problem: `must not be given twice with different devices: ${quote(device.path)}` };
  });
}

function numbersAreDistinct(devices: readonly Device[]): readonly Problem[] {
  return devices.flatMap((device, i) => {
    const earlier = devices.findIndex((other) => nodeOf(other) === nodeOf(device) && other.path !== device.path);
    if (device.type === "p" || earlier === -1 || earlier > i) return [];
    return { pointer: `/${i}`, problem: `should not be the same device as item ${earlier}`, warning: true as const };
  });
}

function nodeOf({ type, major, minor }: Device): string {
  return `${type === "u" ? "c" : type} ${major}:${minor}`;
}

function contentOf(device: Device): string {
  return `${nodeOf(device)} ${device.fileMode} ${device.uid}:${device.gid}`;
}
