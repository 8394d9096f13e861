/** `lamina spec`: writes a config.json to begin with. */
import { RuntimeError } from "../base/errors.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import { defaultSpec, rootlessSpec } from "./spec-default.ts";

/** Never overwrites a file. */
export async function run(args: Arguments<"spec">, context: Context): Promise<number> {
  const spec = args.rootless ? rootlessSpec({ uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }) : defaultSpec();
  const path = `${args.bundle ?? "."}/config.json`;
  const { writeFileSync } = await import("node:fs"); // costs a millisecond, which only this command need pay
  try {
    writeFileSync(path, `${JSON.stringify(spec, null, 2)}\n`, { flag: "wx" });
  } catch (error) {
    throw refusal(path, error);
  }
  context.trace(() => `wrote ${path}`);
  return 0;
}

function refusal(path: string, error: unknown): RuntimeError {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const call = { call: "open(2)", errno: code, cause: error };
  if (code === "EEXIST") return new RuntimeError("exists", `cannot write ${path}: the file exists`, { ...call, hint: "remove it first" });
  if (code === "ENOENT" || code === "ENOTDIR") return new RuntimeError("not-found", `cannot write ${path}: no such directory`, call);
  return new RuntimeError("kernel", `cannot write ${path}: ${code}`, call);
}
