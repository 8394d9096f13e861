/**
 * Names and kernel parameters are set in the container's namespaces. One given by path may be another container's, which config.json may change, as
 * with runc and crun; but not the host's own, given by a path as if it were another. Engines give it with the names that it has. Pure.
 */
import { RuntimeError } from "../../base/errors.ts";
import { sysctlNamespace } from "../../spec/rules/sysctl.ts";
import type { NamespaceType, Spec } from "../../spec/types.ts";
import type { Facts } from "../facts.ts";
import { parseNamespaces } from "./namespaces.ts";

/** Throws code "config" for what would change the host. */
export function requireOthersNamespaces(spec: Spec, { ownNamespaces, names }: Pick<Facts, "ownNamespaces" | "names">): void {
  for (const { type, pointer } of settings(spec, names)) {
    if (!ownNamespaces.includes(type)) continue;
    const { path = "" } = parseNamespaces(spec).joined.find((one) => one.type === type) ?? {};
    throw new RuntimeError("config", `cannot set this: ${path} is the host's own ${type} namespace`, {
      pointer,
      hint: `remove it, or give the container a ${type} namespace of its own`,
    });
  }
}

interface Setting {
  readonly type: NamespaceType;
  readonly pointer: string;
}

function settings({ hostname = "", domainname = "", linux }: Spec, names: Facts["names"]): Setting[] {
  return [
    ...(hostname === "" || hostname === names?.hostname ? [] : [{ type: "uts" as const, pointer: "/hostname" }]),
    ...(domainname === "" || domainname === names?.domainname ? [] : [{ type: "uts" as const, pointer: "/domainname" }]),
    ...Object.keys(linux?.sysctl ?? {}).flatMap((key) => {
      const type = sysctlNamespace(key);
      return type === undefined ? [] : [{ type, pointer: `/linux/sysctl/${key.replaceAll("~", "~0").replaceAll("/", "~1")}` }];
    }),
  ];
}
