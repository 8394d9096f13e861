/** Loading and attaching the one kind of eBPF program that lamina uses: which devices a cgroup may use. bpf(2). */
import { Fd } from "./fd.ts";
import { address, check, cstring, syscall } from "./libc.ts";
import { SYS } from "./numbers.ts";

const BPF_PROG_LOAD = 5;
const BPF_PROG_ATTACH = 8;
const BPF_PROG_TYPE_CGROUP_DEVICE = 15;
const BPF_CGROUP_DEVICE = 6;
const BPF_F_ALLOW_MULTI = 2;

/** Loads `program` (8-byte instructions) and attaches it to the cgroup directory. It lives as long as the cgroup. */
export function attachDeviceProgram(cgroup: Fd, program: readonly bigint[]): void {
  const instructions = Buffer.alloc(program.length * 8);
  for (const [i, instruction] of program.entries()) instructions.writeBigUInt64LE(BigInt.asUintN(64, instruction), i * 8);
  const license = cstring("Apache-2.0");
  const load = Buffer.alloc(128);
  load.writeUInt32LE(BPF_PROG_TYPE_CGROUP_DEVICE, 0);
  load.writeUInt32LE(program.length, 4);
  load.writeBigUInt64LE(address(instructions), 8);
  load.writeBigUInt64LE(address(license), 16);
  using loaded = new Fd(check(syscall(SYS.bpf, BPF_PROG_LOAD, load, load.length), "bpf(2)", "load the device filter"));
  const attach = Buffer.alloc(16);
  attach.writeInt32LE(cgroup.number, 0);
  attach.writeInt32LE(loaded.number, 4);
  attach.writeUInt32LE(BPF_CGROUP_DEVICE, 8);
  attach.writeUInt32LE(BPF_F_ALLOW_MULTI, 12);
  check(syscall(SYS.bpf, BPF_PROG_ATTACH, attach, attach.length), "bpf(2)", "attach the device filter to the cgroup");
}
