/** config.json `linux.sysctl` → writes below /proc/sys, in the container's namespaces. Pure. */
import type { Spec } from "../../spec/types.ts";
import type { InitStep, Planned } from "../steps/step.ts";

/** Whichever separator comes first is the separator, as in sysctl(8): `net.ipv4.conf.eth0/1.forwarding`. */
export function planSysctl(spec: Spec): Planned<InitStep>[] {
  return Object.entries(spec.linux?.sysctl ?? {}).map(([key, text]) => ({
    origin: `/linux/sysctl/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`,
    step: { op: "writeProc", file: `sys/${sysctlPath(key)}`, text },
  }));
}

export function sysctlPath(key: string): string {
  const slash = key.indexOf("/");
  const dot = key.indexOf(".");
  if (dot < 0 || (slash >= 0 && slash < dot)) return key;
  return key.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."));
}
