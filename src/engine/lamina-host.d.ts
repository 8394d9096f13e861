/** The module "lamina:host" for the type checker: native/engine/host.c has what host.ts describes. */
declare module "lamina:host" {
  type Host = import("./host.ts").Host;

  export const address: Host["address"];
  export const createCallback: Host["createCallback"];
  export const decode: Host["decode"];
  export const decodeLatin1: Host["decodeLatin1"];
  export const embedded: Host["embedded"];
  export const encode: Host["encode"];
  export const encodeLatin1: Host["encodeLatin1"];
  export const engine: Host["engine"];
  export const environment: Host["environment"];
  export const environmentVariable: Host["environmentVariable"];
  export const exit: Host["exit"];
  export const fork: Host["fork"];
  export const hexAfter: Host["hexAfter"];
  export const isCleanPath: Host["isCleanPath"];
  export const lastErrno: Host["lastErrno"];
  export const machine: Host["machine"];
  export const measureJson: Host["measureJson"];
  export const openLibrary: Host["openLibrary"];
  export const pack: Host["pack"];
  export const programArguments: Host["programArguments"];
  export const putLatin1: Host["putLatin1"];
  export const readFields: Host["readFields"];
  export const readFile: Host["readFile"];
  export const readMemory: Host["readMemory"];
  export const readText: Host["readText"];
  export const releaseCallback: Host["releaseCallback"];
  export const sharedMemory: Host["sharedMemory"];
  export const spawn: Host["spawn"];
  export const sumBytes: Host["sumBytes"];
  export const syscall: Host["syscall"];
  export const syscallOnce: Host["syscallOnce"];
  export const writeFile: Host["writeFile"];
  export const writeMemory: Host["writeMemory"];
}
