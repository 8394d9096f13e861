/** How init joins a container: the steps of exec need what only exec is given, and fail without it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { makeTrial } from "./run-plan.ts";

setDefaultTimeout(TEST_TIMEOUT);

test.if(requires("root", "busybox"))("without a container's init there is nothing to join", async () => {
  await using trial = await makeTrial();
  expect(await trial.run([{ op: "joinProcess", flags: 0x20000 }])).toBe("failed step 0: EBADF\nexit 1\n");
  expect(await trial.run([{ op: "joinRoot" }])).toBe("failed step 0: EBADF\nexit 1\n");
});
