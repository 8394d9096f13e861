/** Linux capabilities by name (linux/capability.h). Pure. */

export const CAPABILITIES = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_DAC_READ_SEARCH: 2,
  CAP_FOWNER: 3,
  CAP_FSETID: 4,
  CAP_KILL: 5,
  CAP_SETGID: 6,
  CAP_SETUID: 7,
  CAP_SETPCAP: 8,
  CAP_LINUX_IMMUTABLE: 9,
  CAP_NET_BIND_SERVICE: 10,
  CAP_NET_BROADCAST: 11,
  CAP_NET_ADMIN: 12,
  CAP_NET_RAW: 13,
  CAP_IPC_LOCK: 14,
  CAP_IPC_OWNER: 15,
  CAP_SYS_MODULE: 16,
  CAP_SYS_RAWIO: 17,
  CAP_SYS_CHROOT: 18,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_PACCT: 20,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_BOOT: 22,
  CAP_SYS_NICE: 23,
  CAP_SYS_RESOURCE: 24,
  CAP_SYS_TIME: 25,
  CAP_SYS_TTY_CONFIG: 26,
  CAP_MKNOD: 27,
  CAP_LEASE: 28,
  CAP_AUDIT_WRITE: 29,
  CAP_AUDIT_CONTROL: 30,
  CAP_SETFCAP: 31,
  CAP_MAC_OVERRIDE: 32,
  CAP_MAC_ADMIN: 33,
  CAP_SYSLOG: 34,
  CAP_WAKE_ALARM: 35,
  CAP_BLOCK_SUSPEND: 36,
  CAP_AUDIT_READ: 37,
  CAP_PERFMON: 38,
  CAP_BPF: 39,
  CAP_CHECKPOINT_RESTORE: 40,
} as const satisfies Readonly<Record<string, number>>;

export interface ParsedCapabilities {
  /** Bit N stands for capability N. */
  readonly bits: bigint;
  /** Names not in the table; the runtime-spec asks for a warning about them, not an error. */
  readonly unknown: readonly string[];
}

/** Names must be spelled as in the table, as with runc: any other spelling is an unknown capability. */
export function parseCapabilities(names: readonly string[]): ParsedCapabilities {
  const table: Readonly<Record<string, number>> = CAPABILITIES;
  let bits = 0n;
  const unknown: string[] = [];
  for (const name of names) {
    const number = Object.hasOwn(table, name) ? table[name] : undefined;
    if (number === undefined) unknown.push(name);
    else bits |= 1n << BigInt(number);
  }
  return { bits, unknown };
}

const BITS: Readonly<Record<string, bigint>> = Object.fromEntries(
  Object.entries(CAPABILITIES).map(([name, number]) => [name, 1n << BigInt(number)]),
);

const ALL = (1n << BigInt(Object.keys(CAPABILITIES).length)) - 1n;

/** The set in words: `none`, `all`, or comma-separated names. Bits without a name become one hexadecimal number. */
export function capabilityNames(bits: bigint): string {
  if (bits === 0n) return "none";
  if (bits === ALL) return "all";
  const names = Object.keys(BITS).filter((name) => (bits & (BITS[name] ?? 0n)) !== 0n);
  if ((bits & ~ALL) !== 0n) names.push(`0x${(bits & ~ALL).toString(16)}`);
  return names.join(",");
}
