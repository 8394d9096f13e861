/** The processor that this runs on. */
import { machine } from "../../engine/kernel.ts";

/** As uname(2) calls it. */
export { machine };

/** As the kernel calls it in system call filters (linux/audit.h, AUDIT_ARCH_*). */
export const AUDIT_ARCH = machine === "aarch64" ? 0xc00000b7 : 0xc000003e;
