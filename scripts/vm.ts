/** Runs a shell script as root in a virtual machine that is thrown away, and gives back what it has left in the directory they share. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import { canUse } from "../test/support/requires.ts";
import { RESULTS, type VmImage } from "./vm-image.ts";

export interface VmRun {
  readonly image: VmImage;
  /** Holds the script, by the name `run`, and gets its output as `log`. */
  readonly results: string;
  /** Directories of this machine, which it finds at the same paths, read-only; `mountShares` makes them appear. */
  readonly shares: readonly string[];
  /** In milliseconds. */
  readonly deadline: number;
}

/** The beginning of a script that needs the shares. */
export function mountShares(shares: readonly string[]): string {
  const options = "trans=virtio,version=9p2000.L,msize=512000,ro,cache=loose";
  return shares.map((path, i) => `mkdir -p '${path}' && mount -t 9p -o ${options} share${i} '${path}'\n`).join("");
}

/** Throws unless the machine has powered off by itself. */
export async function runInVm({ image, results, shares, deadline }: VmRun): Promise<void> {
  const consoleFile = join(results, "console");
  const share = (path: string, tag: string, more = ""): string[] => [
    "-virtfs",
    `local,path=${path},mount_tag=${tag},security_model=none,multidevs=remap${more}`,
  ];
  const qemu = Bun.spawn(
    [
      "qemu-system-x86_64",
      ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-smp", "2", "-m", "2G"],
      ...accelerator(),
      ...["-kernel", image.kernel, "-initrd", image.initrd],
      ...["-append", "root=/dev/vda rw console=ttyS0 loglevel=4 panic=-1 mitigations=off systemd.show_status=no"],
      ...["-drive", `file=${image.disk},format=raw,if=virtio,snapshot=on,cache=unsafe`],
      ...["-serial", `file:${consoleFile}`],
      ...share(results, RESULTS),
      ...shares.flatMap((path, i) => share(path, `share${i}`, ",readonly=on")),
    ],
    { stdio: ["ignore", "inherit", "inherit"], timeout: deadline, killSignal: "SIGKILL" },
  );
  const status = await qemu.exited;
  if (status === 0 && existsSync(join(results, "log"))) return;
  const end = existsSync(consoleFile) ? readFileSync(consoleFile, "utf8").split("\n").slice(-20).join("\n") : "";
  throw new RuntimeError(
    "kernel",
    `cannot run the virtual machine: ${status === 0 ? "it did not start the tests" : `QEMU's exit status is ${status}`}\n${end}`,
  );
}

/** A /dev/kvm without the processor's support is an emulation of it, under which Debian's kernels do not run. */
function accelerator(): string[] {
  const hasKvm = /^flags\s*:.*\b(vmx|svm)\b/m.test(readFileSync("/proc/cpuinfo", "utf8")) && canUse("/dev/kvm");
  // with a thread for each processor, emulated kernels crash when they change their own code
  return hasKvm ? ["-accel", "kvm", "-cpu", "host"] : ["-accel", "tcg,thread=single", "-cpu", "max"];
}
