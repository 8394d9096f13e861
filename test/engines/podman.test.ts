/** Podman, as root and as a user, where nobody but it manages cgroups. */
import { requires } from "../support/requires.ts";
import { openPodman, openRootlessPodman } from "./podman.ts";
import { CHECKPOINTS, COMMON, LIFE, SLOW_LIFE } from "./podman-life.ts";
import { testEngine } from "./scenarios.ts";

const isThere = requires("root", "busybox", "podman", "cgroups");

testEngine({
  engine: "podman",
  isThere,
  open: openPodman,
  scenarios: LIFE,
  slow: { ...SLOW_LIFE, ...(requires("criu") ? CHECKPOINTS : {}) },
});
testEngine({ engine: "rootless podman", isThere, open: openRootlessPodman, scenarios: {}, slow: COMMON });
