/** Compiles test/resctrl, a file system that behaves as resctrl, and runs scripts in which it is mounted. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "./sandbox.ts";
import type { Outcome } from "./spawn.ts";

const SOURCES = ["fake.c", "tree.c"].map((name) => join(import.meta.dir, "../resctrl", name));

/**
 * A script for sh with these variables: `R` is the runtime with its global options, `S` the same with the file system shown to it, `M` where that
 * is mounted, `B` the bundle, `I` the id.
 */
export async function inResctrl(box: Sandbox, script: string): Promise<Outcome> {
  const fake = join(box.directory, "fake-resctrl");
  const mountPoint = join(box.host, "resctrl");
  mkdirSync(mountPoint);
  const compiled = Bun.spawnSync(["gcc", "-static", "-Os", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-o", fake, ...SOURCES]);
  if (!compiled.success) throw new Error(`cannot compile test/resctrl: ${compiled.stderr.toString()}`);
  const variables = `M=${mountPoint}; B=${box.path}; I=${box.id}; R="$*"; S="${fake} --show $M $R"`;
  return box.call([], { prefix: ["unshare", "--mount", fake, mountPoint, "sh", "-c", `${variables}\n${script}`, "sh"] });
}
