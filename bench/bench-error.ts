/** A failure the reader can act on: main.ts prints its message and exits with its status. Anything else is a bug and keeps its stack. */
export class BenchError extends Error {
  override readonly name = "BenchError";
  readonly exitStatus: number;

  constructor(message: string, exitStatus = 1) {
    super(message);
    this.exitStatus = exitStatus;
  }
}
