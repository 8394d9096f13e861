/** `docker run` and what its containers look like inside, with the engine's default settings. */
import { expect } from "bun:test";
import { join } from "node:path";
import { type Docker, hasDocker, IMAGE, openDocker } from "./docker.ts";
import { type Scenarios, testEngine } from "./scenarios.ts";

const RUN = ["run", "--rm"];
const shell = (docker: Docker, script: string, ...flags: string[]): Promise<string> =>
  docker.must(...RUN, ...flags, IMAGE, "sh", "-c", script);

/** The exit status, and the last line but the hint to use --help. */
async function failure(docker: Docker, ...words: string[]): Promise<string> {
  const { exitCode, stderr } = await docker.call(words);
  const lines = stderr.split("\n").filter((line) => line.startsWith("docker: "));
  return `${exitCode} ${lines.join(" ")}`;
}

const scenarios: Scenarios<Docker> = {
  "run: output, input, environment, user, directory": async (docker) => {
    expect(await shell(docker, "echo $$ $A $(pwd) $(id -u):$(id -G)", "--env", "A=b", "--workdir", "/tmp", "--user", "user")).toBe(
      "1 b /tmp 1000:1000 2000",
    );
    const { stdout } = await docker.call([...RUN, "--interactive", IMAGE, "cat"], { stdin: "what is piped in" });
    expect(stdout).toBe("what is piped in");
    expect(await shell(docker, "hostname; cat /proc/sys/kernel/hostname", "--hostname", "h")).toBe("h\nh");
  },
  "exit codes of docker run: the program's, 128 and the signal, 125, 126, 127": async (docker) => {
    expect(await failure(docker, ...RUN, IMAGE, "sh", "-c", "exit 7")).toBe("7 ");
    expect(await failure(docker, ...RUN, IMAGE, "sh", "-c", "kill -9 $$ & sleep 1; exit 9")).toBe("9 ");
    expect(await failure(docker, ...RUN, "--init", IMAGE, "sh", "-c", "kill -9 $$")).toBe("137 ");
  },
  "errors of docker run: executable, directory, user, mount, setting": async (docker) => {
    const run = (...words: string[]): Promise<string> => failure(docker, ...RUN, ...words);
    const shim = "(failed to create task for container: )?failed to create shim task"; // longer since Docker 23
    const created = `docker: Error response from daemon: ${shim}: OCI runtime create failed: \\w+ create failed: `;
    const unable = `${created}unable to start container process: `;
    const outcomes: [string, string[]][] = [
      [`127 ${unable}exec: "missing": executable file not found in \\$PATH`, [IMAGE, "missing"]],
      [`127 ${unable}exec: "/no/such": stat /no/such: no such file or directory`, [IMAGE, "/no/such"]],
      [`126 ${unable}exec: "/etc": (permission denied|is a directory)`, [IMAGE, "/etc"]],
      [`126 ${unable}exec: "/etc/passwd": permission denied`, [IMAGE, "/etc/passwd"]],
      ["125 .*/etc/passwd is not a directory", ["--workdir", "/etc/passwd", IMAGE, "true"]],
      ["125 .*/etc/passwd/x: not a directory", ["--workdir", "/etc/passwd/x", IMAGE, "true"]],
      ["125 .*unable to find user nobody-here", ["--user", "nobody-here", IMAGE, "true"]],
      ["125 .*unable to find group none-here", ["--user", "0:none-here", IMAGE, "true"]],
      [
        `125 ${unable}.*error mounting "/etc/passwd" to rootfs at "/etc": .*not a directory`,
        ["--volume", "/etc/passwd:/etc", IMAGE, "true"],
      ],
      [
        `125 ${unable}.*error mounting "/tmp" to rootfs at "/etc/passwd": .*not a directory`,
        ["--volume", "/tmp:/etc/passwd", IMAGE, "true"],
      ],
      [`125 ${unable}.*error mounting "/tmp" to rootfs at "/proc/self": `, ["--volume", "/tmp:/proc/self", IMAGE, "true"]],
      [`125 ${unable}.*error mounting "tmpfs" to rootfs at "/t": .*invalid argument`, ["--tmpfs", "/t:size=x", IMAGE, "true"]],
      ["125 .*bind source path does not exist: /no/such", ["--mount", "type=bind,source=/no/such,target=/x", IMAGE, "true"]],
      [`125 ${unable}.*/etc/passwd.*not a directory`, ["--device", "/dev/null:/etc/passwd/x", IMAGE, "true"]],
      ["127 .*open /proc/sys/net/ipv4/nosuchkey: no such file or directory", ["--sysctl", "net.ipv4.nosuchkey=1", IMAGE, "true"]],
    ];
    for (const [outcome, words] of outcomes) expect(await run(...words)).toMatch(new RegExp(`^${outcome}`, "s"));
  },
  "the runtime is the default one, and --runtime names it": async (docker) => {
    expect(await docker.must("info", "--format", "{{.DefaultRuntime}}")).toBe(docker.runtime);
    expect(await shell(docker, "echo named", "--runtime", docker.runtime)).toBe("named");
    expect(await failure(docker, ...RUN, "--runtime", "another", IMAGE, "true")).toMatch(/^125 .*another/);
  },
  "capabilities: default, added, dropped": async (docker) => {
    const effective = (...flags: string[]): Promise<string> => shell(docker, "grep CapEff /proc/self/status | cut -f2", ...flags);
    expect(await effective()).toBe("00000000a80425fb");
    expect(await effective("--cap-drop", "ALL", "--cap-add", "NET_ADMIN")).toBe("0000000000001000");
    expect(await effective("--user", "user")).toBe("0000000000000000");
  },
  "the default seccomp profile": async (docker) => {
    const filter = "grep Seccomp: /proc/self/status | cut -f2; unshare -U true 2>/dev/null; echo $?";
    expect(await shell(docker, filter)).toBe("2\n1");
    expect(await shell(docker, filter, "--security-opt", "seccomp=unconfined")).toBe("0\n0");
    expect(await shell(docker, "grep NoNewPrivs: /proc/self/status | cut -f2", "--security-opt", "no-new-privileges")).toBe("1");
  },
  "devices: a mapped one, and those that are forbidden": async (docker) => {
    const opens = "true < /dev/file-system && echo read; (true > /dev/file-system) 2>&1; true";
    expect(await shell(docker, opens, "--device", "/dev/fuse:/dev/file-system:r")).toBe(
      "read\nsh: can't create /dev/file-system: Operation not permitted",
    );
    expect(await shell(docker, "mknod /tmp/disk b 254 0; head -c 1 /tmp/disk 2>&1; ls /dev | wc -l")).toMatch(
      /^head: \/tmp\/disk: Operation not permitted\n\d+$/,
    );
  },
  "--init": async (docker) => {
    expect(await shell(docker, "tr '\\0' ' ' < /proc/1/cmdline; echo; echo $$ | grep -v '^1$' | wc -l", "--init")).toMatch(
      /^\/sbin\/docker-init -- sh -c .*\n1$/,
    );
  },
  "limits and settings of the container": async (docker) => {
    expect(await shell(docker, "ulimit -n; ulimit -Hn", "--ulimit", "nofile=100:200")).toBe("100\n200");
    expect(await shell(docker, "cat /proc/sys/net/ipv4/ip_default_ttl", "--sysctl", "net.ipv4.ip_default_ttl=11")).toBe("11");
    expect(await shell(docker, "df -k /dev/shm | tail -1 | awk '{print $2}'", "--shm-size", "1m")).toBe("1024");
    expect(await shell(docker, "grep Cpus_allowed_list /proc/self/status | cut -f2", "--cpuset-cpus", "0")).toBe("0");
    expect(await shell(docker, "touch /x 2>&1; touch /tmp/x && ls /tmp", "--read-only", "--tmpfs", "/tmp")).toBe(
      "touch: /x: Read-only file system\nx",
    );
    expect(await shell(docker, "for i in 1 2 3 4 5 6 7 8 9; do (sleep 1 &) 2>&1; done; true", "--pids-limit", "5")).toMatch(/can't fork/);
    expect(await shell(docker, "cat /proc/self/oom_score_adj", "--oom-score-adj", "77")).toBe("77");
  },
  "namespaces of the host and of other containers": async (docker) => {
    expect(await shell(docker, "cat /proc/1/comm; hostname", "--pid", "host", "--uts", "host")).toBe(`sh\n${docker.ground.name}`);
    await docker.must("run", "--detach", "--name", "first", IMAGE, "sleep", "1000");
    expect(await shell(docker, "ps | grep -c 'sleep 1000$'", "--pid", "container:first")).toBe("1");
    const network = "ip -o -4 addr show eth0 | awk '{print $4}'";
    expect(await shell(docker, network, "--network", "container:first")).toBe(await docker.must("exec", "first", "sh", "-c", network));
    expect(await shell(docker, "ls /sys/class/net", "--network", "none")).toBe("lo");
    expect(await shell(docker, "ls /sys/class/net", "--network", "host")).toContain("docker0");
    await docker.must("rm", "--force", "first");
  },
  "networks: a published port, names, and the way out": async (docker) => {
    await docker.must("network", "create", "ours");
    const serve = "echo -e 'HTTP/1.0 200 OK\\r\\n\\r\\nserved' | nc -l -p 80; sleep 100";
    await docker.must("run", "--detach", "--name", "web", "--network", "ours", "--publish", "127.0.0.1:8080:80", IMAGE, "sh", "-c", serve);
    expect(await shell(docker, "ping -c 1 -W 5 web > /dev/null && echo found", "--network", "ours")).toBe("found");
    expect(await docker.ground.must(["busybox", "wget", "-q", "-O", "-", "http://127.0.0.1:8080/"])).toBe("served\n");
    await docker.must("rm", "--force", "web");
    await docker.must("network", "rm", "ours");
  },
  "volumes: named ones, binds, read-only, and propagation": async (docker) => {
    await shell(docker, "echo kept > /data/file", "--volume", "named:/data");
    expect(await shell(docker, "cat /data/file; touch /data/x 2>&1; true", "--volume", "named:/data:ro")).toBe(
      "kept\ntouch: /data/x: Read-only file system",
    );
    const host = join(docker.ground.directory, "shared");
    await docker.ground.must(["mkdir", "-p", join(host, "below")]);
    for (const [propagation, sees] of [
      ["rslave", "1"],
      ["rprivate", "0"],
      ["rshared", "1"],
    ] as const) {
      await docker.must("run", "--detach", "--name", propagation, "--volume", `${host}:/host:${propagation}`, IMAGE, "sleep", "1000");
      await docker.ground.must(["mount", "-t", "tmpfs", "tmpfs", join(host, "below")]);
      expect([propagation, await docker.must("exec", propagation, "sh", "-c", "grep -c /host/below /proc/self/mounts; :")]).toEqual([
        propagation,
        sees,
      ]);
      await docker.ground.must(["umount", join(host, "below")]);
      await docker.must("rm", "--force", propagation);
    }
  },
  "--privileged, also for a mount that the host sees": async (docker) => {
    expect(await shell(docker, "mount -t tmpfs t /tmp && stat -f -c %T /tmp", "--privileged")).toBe("tmpfs");
    const host = join(docker.ground.directory, "mounted");
    await docker.ground.must(["mkdir", "-p", join(host, "below")]);
    const mounts = "mount -t tmpfs t /host/below && echo mounted";
    expect(await shell(docker, mounts, "--privileged", "--volume", `${host}:/host:rshared`)).toBe("mounted");
    await docker.ground.must(["umount", join(host, "below")]);
  },
};

testEngine({ engine: "docker run", isThere: hasDocker(), open: openDocker, scenarios });
