/** Loading and attaching the one kind of eBPF program that lamina uses: which devices a cgroup may use. bpf(2). */
import { put32, put64 } from "../../base/bytes.ts";
import { encodeText } from "../../base/text.ts";
import { Fd } from "../call/fd.ts";
import { address, check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

const BPF_PROG_LOAD = 5;
const BPF_PROG_ATTACH = 8;
const BPF_PROG_TYPE_CGROUP_DEVICE = 15;
const BPF_CGROUP_DEVICE = 6;
const BPF_F_ALLOW_MULTI = 2;

/** Loads `program` (8-byte instructions) and attaches it to the cgroup directory. It lives as long as the cgroup. */
export function attachDeviceProgram(cgroup: Fd, program: readonly bigint[]): void {
  const instructions = new Uint8Array(program.length * 8);
  for (const [i, instruction] of program.entries()) put64(instructions, i * 8, BigInt.asUintN(64, instruction));
  const license = encodeText("Apache-2.0\0");
  const load = new Uint8Array(128);
  put32(load, 0, BPF_PROG_TYPE_CGROUP_DEVICE);
  put32(load, 4, program.length);
  put64(load, 8, address(instructions));
  put64(load, 16, address(license));
  using loaded = new Fd(check(syscall(SYS.bpf, BPF_PROG_LOAD, load, load.length), "bpf(2)", "load the device filter"));
  const attach = new Uint8Array(16);
  put32(attach, 0, cgroup.number);
  put32(attach, 4, loaded.number);
  put32(attach, 8, BPF_CGROUP_DEVICE);
  put32(attach, 12, BPF_F_ALLOW_MULTI);
  check(syscall(SYS.bpf, BPF_PROG_ATTACH, attach, attach.length), "bpf(2)", "attach the device filter to the cgroup");
}
