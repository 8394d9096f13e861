/** Options of exec for tests of its plan. */
import type { ProcessOptions } from "../../src/plan/process/exec-process.ts";

/** What the options say if they are not given. */
export const GIVEN: ProcessOptions = {
  command: ["/bin/true"],
  cwd: undefined,
  env: [],
  tty: false,
  user: undefined,
  additionalGids: [],
  cap: [],
  noNewPrivs: false,
  processLabel: undefined,
  apparmor: undefined,
};
