/** Buildah: images by Dockerfile, with RUN steps that the runtime executes. */
import { expect } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import type { SpawnOptions } from "../support/spawn.ts";
import { type Ground, onNewGround } from "./ground.ts";
import { packBusybox } from "./image.ts";
import { limitSettings } from "./limits.ts";
import { type EngineRuntime, type Scenarios, testEngine } from "./scenarios.ts";

interface Buildah extends AsyncDisposable {
  readonly ground: Ground;
  /** `buildah words…` with the runtime; the words must include the verb. */
  call(words: readonly string[], options?: SpawnOptions): ReturnType<Ground["call"]>;
  must(...words: readonly string[]): Promise<string>;
  /** What chooses the runtime, after the verb. */
  readonly chosen: readonly string[];
}

const openBuildah = (runtime: EngineRuntime): Promise<Buildah> => onNewGround((ground) => setUp(ground, runtime));

async function setUp(ground: Ground, runtime: EngineRuntime): Promise<Buildah> {
  const storage = ["--root", join(ground.directory, "storage"), "--runroot", "/run/buildah", "--storage-driver", "vfs"];
  const config = join(ground.directory, "containers.conf");
  writeFileSync(config, `[containers]\n${limitSettings()}`);
  const words = (more: readonly string[]): string[] => ["env", `CONTAINERS_CONF=${config}`, "buildah", ...storage, ...more];
  const must: Buildah["must"] = async (...more) => (await ground.must(words(more))).trimEnd();
  const base = await must("from", "scratch");
  await must("add", "--quiet", base, await packBusybox(ground.directory), "/");
  await must("commit", "--quiet", base, "localhost/base");
  return {
    ground,
    must,
    chosen: ["--runtime", runtime.path],
    call: (more, options) => ground.call(words(more), options),
    [Symbol.asyncDispose]: () => ground[Symbol.asyncDispose](),
  };
}

const DOCKERFILE = `FROM localhost/base AS first
ENV A=b
RUN echo "$A $(id -u) $$" > /made
RUN grep Seccomp: /proc/self/status | cut -f2 >> /made
USER user
RUN id -u > /tmp/user
FROM localhost/base
COPY --from=first /made /tmp/user /
`;

const scenarios: Scenarios<Buildah> = {
  "bud with RUN steps": async (buildah) => {
    const context = join(buildah.ground.directory, "context");
    mkdirSync(context);
    writeFileSync(join(context, "Dockerfile"), DOCKERFILE);
    await buildah.must("bud", ...buildah.chosen, "--quiet", "--tag", "localhost/built", context);
    const container = await buildah.must("from", "localhost/built");
    const shown = await buildah.must("run", ...buildah.chosen, container, "cat", "/made", "/user");
    expect(shown).toBe("b 0 1\n2\n1000");
  },
  "a RUN step that fails, fails the build": async (buildah) => {
    const context = join(buildah.ground.directory, "failing");
    mkdirSync(context);
    writeFileSync(join(context, "Dockerfile"), "FROM localhost/base\nRUN exit 9\n");
    const { exitCode, stderr } = await buildah.call(["bud", ...buildah.chosen, context]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("exit status 9");
  },
  "run: exit status, user, volumes": async (buildah) => {
    const container = await buildah.must("from", "localhost/base");
    expect((await buildah.call(["run", ...buildah.chosen, container, "sh", "-c", "exit 7"])).exitCode).toBe(7);
    expect(await buildah.must("run", ...buildah.chosen, "--user", "user", container, "id", "-u")).toBe("1000");
    expect((await buildah.call(["run", ...buildah.chosen, container, "missing"])).stderr).toMatch(
      /exec: \\*"missing\\*": executable file not found in \$PATH/,
    );
  },
  "run with the runtime from the environment": async (buildah) => {
    const container = await buildah.must("from", "localhost/base");
    const run = async (runtime = ""): Promise<string> => {
      const { exitCode, stdout } = await buildah.call(["run", container, "echo", "ran"], { env: { BUILDAH_RUNTIME: runtime } });
      return `${exitCode} ${stdout}`;
    };
    expect(await run(buildah.chosen[1])).toBe("0 ran\n");
    expect(await run("/no/such/runtime")).toBe("1 ");
  },
};

testEngine({ engine: "buildah", isThere: requires("root", "busybox", "buildah", "cgroups"), open: openBuildah, scenarios });
