/** Two kinds of path that must not be mixed: those of the host and those inside a container's root. Pure. */
import { isCleanPath } from "../engine/bytes.ts";

/** A path in the mount namespace that lamina runs in. Absolute. */
export type HostPath = string & { readonly __brand: "HostPath" };

/** A path below the container's root, absolute and without `.`, `..` or doubled slashes. */
export type GuestPath = string & { readonly __brand: "GuestPath" };

/** Makes `path` absolute, relative to `base` if need be. Purely textual: symbolic links are not followed. */
export function hostPath(path: string, base = "/"): HostPath {
  return clean(path.startsWith("/") ? path : `${base}/${path}`) as HostPath;
}

/** A destination in the container. A relative one counts from "/" (runtime-spec, config.md, Mounts). */
export function guestPath(path: string): GuestPath {
  return clean(path.startsWith("/") ? path : `/${path}`) as GuestPath;
}

/** `path` as if `base` were the root. Looks at neither: a `path` that is none of a container's is clean, too. */
export function below(base: HostPath, path: GuestPath | `/${string}`): HostPath {
  if (path === "/") return base;
  return (base === "/" ? path : `${base}${path}`) as string as HostPath;
}

/** True if `path` is `ancestor` or lies below it. Both must be clean. */
export function isWithin(path: string, ancestor: string): boolean {
  return ancestor === "/" || (path.startsWith(ancestor) && (path.length === ancestor.length || path[ancestor.length] === "/"));
}

function clean(path: string): string {
  if (isCleanPath(path)) return path; // most are, and taking them apart costs more than looking
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}
