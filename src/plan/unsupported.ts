/** Properties of config.json that are about other systems than Linux. Each is refused: a container must not run with less than it asks for. Pure. */
import { RuntimeError } from "../base/errors.ts";
import type { Spec } from "../spec/types.ts";

const OTHER_SYSTEMS = ["solaris", "windows", "vm", "zos"] as const;

export function listUnsupported(spec: Spec): string[] {
  const given = spec as Spec & Readonly<Record<string, unknown>>;
  return OTHER_SYSTEMS.filter((name) => given[name] !== undefined).map((name) => `/${name}`);
}

export function requireSupported(spec: Spec): void {
  const [first] = listUnsupported(spec);
  if (first === undefined) return;
  throw new RuntimeError("unsupported", `cannot honour ${first}: this version of lamina does not support it`, {
    pointer: first,
    hint: "remove it from config.json; lamina does not start a container with less than it asks for",
  });
}
