/** Docker Swarm on one node: a service of several replicas, scaled, one of them killed and replaced, updated and rolled back. */
import { expect } from "bun:test";
import { until } from "../support/until.ts";
import { type Docker, hasDocker, IMAGE, openDocker } from "./docker.ts";
import { type EngineRuntime, type Scenarios, testEngine } from "./scenarios.ts";

/** Swarm and live-restore exclude each other; a node needs an address. */
async function openSwarm(runtime: EngineRuntime): Promise<Docker> {
  const docker = await openDocker(runtime, { "live-restore": false });
  await docker.ground.must([
    "sh",
    "-ec",
    "ip link add swarm0 type dummy 2>/dev/null || ip link add swarm0 type bridge; ip addr add 10.99.0.1/24 dev swarm0; ip link set swarm0 up",
  ]);
  await docker.must("swarm", "init", "--advertise-addr", "10.99.0.1");
  return docker;
}

async function running(docker: Docker): Promise<string[]> {
  const ids = (await docker.must("ps", "--quiet", "--filter", "label=com.docker.swarm.service.name=many")).split("\n");
  return ids.filter((id) => id !== "");
}

async function runs(docker: Docker, count: number, value: string): Promise<void> {
  const shown = (): Promise<string> => docker.must("service", "ps", "--no-trunc", "many");
  const holds = async (): Promise<boolean> => {
    const ids = await running(docker);
    if (ids.length !== count) return false;
    const values = await Promise.all(ids.map(async (id) => (await docker.call(["exec", id, "sh", "-c", "echo $VERSION"])).stdout.trim()));
    return values.every((each) => each === value);
  };
  await until(`${count} replicas of ${value} run`, holds, shown);
}

const scenarios: Scenarios<Docker> = {
  "a service of several replicas: scaled, replaced, updated, rolled back, removed": async (docker) => {
    const quick = [
      "--detach",
      "--no-resolve-image",
      "--update-parallelism",
      "0",
      "--rollback-parallelism",
      "0",
      "--update-delay",
      "0s",
      "--update-monitor",
      "100ms",
      "--stop-grace-period",
      "1s",
      "--restart-delay",
      "0s",
    ];
    await docker.must("service", "create", ...quick, "--name", "many", "--replicas", "3", "--env", "VERSION=one", IMAGE, "sleep", "1000");
    await runs(docker, 3, "one");
    await docker.must("service", "scale", "--detach", "many=5");
    await runs(docker, 5, "one");
    const [victim = ""] = await running(docker);
    await docker.must("kill", victim);
    await until("the killed replica is gone", async () => !(await running(docker)).includes(victim));
    await runs(docker, 5, "one");
    await docker.must("service", "update", "--detach", "--no-resolve-image", "--env-add", "VERSION=two", "many");
    await runs(docker, 5, "two");
    await docker.must("service", "rollback", "--detach", "many");
    await runs(docker, 5, "one");
    expect(await docker.must("service", "ls", "--format", "{{.Replicas}}")).toBe("5/5");
    await docker.must("service", "rm", "many");
    await until("no replica is left", async () => (await running(docker)).length === 0);
  },
};

testEngine({ engine: "docker swarm", isThere: hasDocker(), open: openSwarm, scenarios: {}, slow: scenarios });
