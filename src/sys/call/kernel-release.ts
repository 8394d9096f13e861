/** Which kernel runs. uname(2) */
import { decodeText } from "../../base/text.ts";
import { check, syscall } from "./libc.ts";
import { SYS } from "./numbers.ts";

const FIELD = 65; // struct new_utsname: sysname, nodename, release, version, machine, domainname
const RELEASE = 2;
const MACHINE = 4;

/** Release and machine: `6.12.1 x86_64`. */
export function kernelRelease(): string {
  const names = new Uint8Array(FIELD * 6);
  check(syscall(SYS.uname, names), "uname(2)", "ask which kernel runs");
  return [RELEASE, MACHINE].map((field) => decodeText(names, field * FIELD, names.indexOf(0, field * FIELD))).join(" ");
}
