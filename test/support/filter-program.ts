/** What a compiled filter answers: the machine that the kernel runs it on, as far as filters of system calls use it. */

export interface FilteredCall {
  /** AUDIT_ARCH_* */
  readonly arch: number;
  readonly number: number;
  readonly args?: readonly (number | bigint)[];
}

const STEPS = 4096;

/** The value that the program returns. Throws for what the kernel would not load. */
export function runFilter(program: Uint8Array, { arch, number, args = [] }: FilteredCall): number {
  const code = new DataView(program.buffer, program.byteOffset, program.length);
  const data = new DataView(new ArrayBuffer(64));
  data.setInt32(0, number, true);
  data.setUint32(4, arch, true);
  for (const [i, value] of args.entries()) data.setBigUint64(16 + i * 8, BigInt.asUintN(64, BigInt(value)), true);
  let accumulator = 0;
  let at = 0;
  for (let steps = 0; steps < STEPS; steps++) {
    const [operation, k] = [code.getUint16(at * 8, true), code.getUint32(at * 8 + 4, true)];
    const jump = (holds: boolean): number => at + 1 + code.getUint8(at * 8 + (holds ? 2 : 3));
    if (operation === 0x06) return k;
    if (operation === 0x20) accumulator = data.getUint32(k, true);
    if (operation === 0x54) accumulator = (accumulator & k) >>> 0;
    if (operation === 0x05) at += 1 + k;
    else if (operation === 0x15) at = jump(accumulator === k);
    else if (operation === 0x25) at = jump(accumulator > k);
    else if (operation === 0x35) at = jump(accumulator >= k);
    else if (operation === 0x45) at = jump((accumulator & k) !== 0);
    else if (operation === 0x20 || operation === 0x54) at += 1;
    else throw new Error(`instruction ${at} is of an unknown kind: 0x${operation.toString(16)}`);
  }
  throw new Error("the program does not end");
}
