/** How every script ends: its exit status, and an expected error as one sentence instead of a stack. */
import { RuntimeError } from "../src/base/errors.ts";

export async function runScript(name: string, main: () => Promise<number>): Promise<never> {
  try {
    process.exit(await main());
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error; // a bug in the script: crash with the stack
    console.error(`${name}: ${error.message}`);
    if (error.detail.hint !== undefined) console.error(`  hint: ${error.detail.hint}`);
    process.exit(1);
  }
}
