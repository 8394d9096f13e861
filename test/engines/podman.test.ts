/** Podman, as root and as a user, where nobody but it manages cgroups. */
import { requires } from "../support/requires.ts";
import { openPodman, openRootlessPodman } from "./podman.ts";
import { COMMON, checkpointAndRestore, LIFE, SLOW_LIFE } from "./podman-life.ts";
import { testEngine } from "./scenarios.ts";

const isThere = requires("root", "busybox", "podman", "cgroups");

const CHECKPOINT = "checkpoint and restore, in place and by an archive";

testEngine({
  engine: "podman",
  isThere,
  open: openPodman,
  scenarios: LIFE,
  slow: { ...SLOW_LIFE, ...(requires("criu") ? { [CHECKPOINT]: checkpointAndRestore() } : {}) },
  beyond: requires("criu") ? { [`${CHECKPOINT}, with a user namespace`]: checkpointAndRestore("--uidmap", "0:200000:65536") } : {},
});
testEngine({ engine: "rootless podman", isThere, open: openRootlessPodman, scenarios: {}, slow: COMMON });
