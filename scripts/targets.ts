/**
 * Other machines that lamina is built for on this one: another C library, or another processor, whose programs qemu runs. Compilers
 * and the emulator come from Debian's packages.
 */
import { join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import type { Target } from "./build-engine.ts";
import { unpackPackage } from "./debian-package.ts";
import { obtain } from "./requirements.ts";

const TARGETS = { musl: findMusl, aarch64: findAarch64 } as const satisfies Readonly<Record<string, () => Promise<Target>>>;

export type TargetName = keyof typeof TARGETS;

export const TARGET_NAMES = Object.keys(TARGETS) as readonly TargetName[];

export function requireTargetName(name: string): TargetName {
  const found = TARGET_NAMES.find((one) => one === name);
  if (found !== undefined) return found;
  throw new RuntimeError("config", `cannot build for "${name}": known targets are ${TARGET_NAMES.join(", ")}`);
}

/** Throws code "unsupported" for what is missing. */
export function findTarget(name: TargetName): Promise<Target> {
  return TARGETS[name]();
}

/** musl-gcc finds no headers of the kernel; glibc's are searched last. libffi needs nothing that only glibc has. */
async function findMusl(): Promise<Target> {
  require("musl");
  const { stdout } = Bun.spawnSync(["gcc", "-print-multiarch"]);
  const headers = ["/usr/include", join("/usr/include", stdout.toString().trim())];
  return { name: "musl", compiler: "musl-gcc", options: headers.flatMap((directory) => ["-idirafter", directory]) };
}

async function findAarch64(): Promise<Target> {
  require("aarch64");
  const files = await unpackPackage({ name: "libffi-dev", suite: "bookworm", architecture: "arm64" });
  return {
    name: "aarch64",
    compiler: "aarch64-linux-gnu-gcc",
    options: ["-isystem", join(files, "usr/include/aarch64-linux-gnu")],
    libffi: join(files, "usr/lib/aarch64-linux-gnu/libffi.a"),
    runner: ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"],
  };
}

function require(requirement: "musl" | "aarch64"): void {
  const [missing] = obtain([requirement]);
  if (missing !== undefined) throw new RuntimeError("unsupported", missing);
}
