/** containerd with ctr, and that nothing remains of its containers. */
import { expect } from "bun:test";
import { until } from "../support/until.ts";
import { type Containerd, hasContainerd, openContainerd } from "./containerd.ts";
import { LIFE, SLOW_LIFE } from "./containerd-life.ts";
import { BUT_FILTERS, leftoversOf } from "./ground.ts";
import { type Scenarios, testEngine } from "./scenarios.ts";

const clean: Scenarios<Containerd> = {
  "nothing is left behind": async ({ ground }) => {
    await until(
      "only containerd runs",
      async () => (await leftoversOf(ground, /^(containerd|ctr)$/, "default")).length === 0,
      () => ground.must(["ps", "-ef"]),
    );
    expect(
      await ground.must([
        "find",
        "/run/containerd/runc",
        "/run/containerd/io.containerd.runtime.v2.task/default",
        "-mindepth",
        "2",
        ...BUT_FILTERS,
      ]),
    ).toBe("");
  },
};

testEngine({ engine: "containerd", isThere: hasContainerd(), open: openContainerd, scenarios: LIFE, slow: SLOW_LIFE, last: clean });
