/** What Docker does with containers that run, and that nothing remains of them. */
import { expect } from "bun:test";
import { until } from "../support/until.ts";
import { type Docker, hasDocker, openDocker } from "./docker.ts";
import { LIFE, SLOW_LIFE } from "./docker-life.ts";
import { BUT_FILTERS, leftoversOf } from "./ground.ts";
import { type Scenarios, testEngine } from "./scenarios.ts";

const clean: Scenarios<Docker> = {
  "nothing is left behind": async (docker) => {
    expect(await docker.must("ps", "--all", "--quiet")).toBe("");
    const { ground } = docker;
    await until(
      "only the daemons run",
      async () => (await leftoversOf(ground, /^(dockerd|containerd|docker)$/, "docker")).length === 0,
      () => ground.must(["ps", "-ef"]),
    );
    expect(await ground.must(["find", "/run/docker", "-path", "*/moby/*", ...BUT_FILTERS])).toBe("");
  },
};

testEngine({ engine: "docker", isThere: hasDocker(), open: openDocker, scenarios: LIFE, slow: SLOW_LIFE, last: clean });
