/** `docker build` by both builders, and Docker with a user namespace for all containers. */
import { expect } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { type Docker, hasDocker, IMAGE, openDocker } from "./docker.ts";
import { succeeded } from "./ground.ts";
import { type Scenarios, testEngine } from "./scenarios.ts";

const DOCKERFILE = `FROM ${IMAGE}
ENV A=b
COPY file /copied
RUN echo "$A $(cat /copied) $(id -u)" > /made
USER user
WORKDIR /work
RUN id -u > /tmp/user && grep Seccomp: /proc/self/status > /tmp/seccomp
CMD ["sh", "-c", "cat /made /tmp/user; pwd"]
`;

async function builds(docker: Docker, buildkit: "0" | "1"): Promise<void> {
  const context = join(docker.ground.directory, `context-${buildkit}`);
  mkdirSync(context);
  writeFileSync(join(context, "file"), "copied in");
  writeFileSync(join(context, "Dockerfile"), DOCKERFILE);
  const words = ["build", "--network", "none", "--tag", `built-${buildkit}`, context];
  succeeded(words, await docker.call(words, { env: { DOCKER_BUILDKIT: buildkit } }));
  expect(await docker.must("run", "--rm", `built-${buildkit}`)).toBe("b copied in 0\n1000\n/work");
  writeFileSync(join(context, "Dockerfile"), `FROM ${IMAGE}\nRUN echo shown; exit 4\n`);
  const { exitCode, stdout, stderr } = await docker.call(words, { env: { DOCKER_BUILDKIT: buildkit } });
  expect(exitCode).not.toBe(0);
  expect(stdout + stderr).toMatch(/non-zero code: 4|exit code: 4/);
}

const isThere = hasDocker();

const scenarios: Scenarios<Docker> = {
  "build with RUN steps, by the classic builder": (docker) => builds(docker, "0"),
  ...(isThere && requires("buildkit") && { "build with RUN steps, by BuildKit": (docker: Docker) => builds(docker, "1") }),
};

testEngine({ engine: "docker build", isThere, open: openDocker, scenarios });

const remapped: Scenarios<Docker> = {
  "run, write, and exec in a user namespace": async (docker) => {
    await docker.must("run", "--detach", "--name", "mapped", IMAGE, "sleep", "1000");
    expect(await docker.must("exec", "mapped", "sh", "-c", "echo $(cat /proc/self/uid_map); touch /x && stat -c %u /x")).toBe(
      "0 200000 65536\n0",
    );
    const pid = await docker.inspect("mapped", "{{.State.Pid}}");
    expect(await docker.ground.must(["stat", "-c", "%u", `/proc/${pid}`])).toBe("200000\n");
    await docker.must("rm", "--force", "mapped");
    expect(await docker.must("run", "--rm", "--userns", "host", IMAGE, "cat", "/proc/self/uid_map")).toMatch(/^ +0 +0 +4294967295$/);
  },
};

testEngine({
  engine: "docker with userns-remap",
  isThere,
  open: (runtime) => openDocker(runtime, { "userns-remap": "nobody:nogroup" }),
  scenarios: remapped,
});
