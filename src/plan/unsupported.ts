/** Values of config.json that lamina cannot honour. Each is refused: a container must not run with less than it asks for. Pure. */
import { RuntimeError } from "../base/errors.ts";
import type { Spec } from "../spec/types.ts";

/** JSON pointer → the value asked for. */
function asked({ linux, solaris, windows, vm, zos }: Spec & Readonly<Record<string, unknown>>): [pointer: string, present: boolean][] {
  return [
    ["/linux/intelRdt", linux?.intelRdt !== undefined],
    ["/solaris", solaris !== undefined],
    ["/windows", windows !== undefined],
    ["/vm", vm !== undefined],
    ["/zos", zos !== undefined],
  ];
}

export function listUnsupported(spec: Spec): string[] {
  return asked(spec as Spec & Readonly<Record<string, unknown>>)
    .filter(([, present]) => present)
    .map(([pointer]) => pointer);
}

export function requireSupported(spec: Spec): void {
  requireNone(listUnsupported(spec)[0]);
}

function requireNone(first: string | undefined): void {
  if (first === undefined) return;
  throw new RuntimeError("unsupported", `cannot honour ${first}: this version of lamina does not support it`, {
    pointer: first,
    hint: "remove it from config.json; lamina does not start a container with less than it asks for",
  });
}
