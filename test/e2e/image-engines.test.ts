/** Images between lamina and common engines: podman runs what lamina committed, lamina imports what buildah and podman built. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import {
  alone,
  buildah,
  buildahWorks,
  PODMAN_RUN,
  podman,
  podmanCommand,
  podmanRunIn,
  podmanRuns,
  removeCgroups,
} from "../support/engines.ts";
import { type ImageBox, imageBox } from "../support/image-box.ts";
import { openShop } from "../support/image-shop.ts";
import { BASE, CHANGES, laminaTree, umociTree } from "../support/image-trees.ts";
import { ownId } from "../support/own-id.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import type { Outcome } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const withPodman = podmanRuns() && requires("skopeo", "setfattr");
const withBuildah = buildahWorks() && requires("umoci", "setfattr");

type Ended = Pick<Outcome, "exitCode" | "stdout" | "stderr">;

const WRITER = ownId("writer");

/** Exports of an image that was imported, run and committed; two layers, and a CMD from the commit. */
async function committedImage(box: ImageBox): Promise<void> {
  await using shop = await openShop();
  await shop.must(
    "run",
    "--image",
    "base:1",
    WRITER,
    "--",
    "/bin/sh",
    "-c",
    "echo committed > /note; rm /which; mkdir /d; echo deep > /d/e",
  );
  await shop.must("commit", "--change", 'CMD ["/bin/sh", "-c", "cat /note /d/e; [ ! -e /which ] && ls -d /dev"]', WRITER, "made:1");
  for (const format of ["oci", "oci-archive", "docker-archive"]) {
    await shop.must("image", "export", "--format", format, "made:1", join(box.path, format));
  }
}

const SEEN = "committed\ndeep\n/dev\n";
const ENDED_WELL = { exitCode: 0, stdout: SEEN, stderr: "" };

test.if(withPodman).each([
  ["oci", "pull"],
  ["oci-archive", "pull"],
  ["docker-archive", "load"],
] as const)("an image that lamina committed passes skopeo as %s, and runs in podman", async (format, verb) => {
  await using box = await imageBox();
  await committedImage(box);
  const source = `${format}:${format}${format === "oci" ? ":made:1" : ""}`;
  expect(JSON.parse(await box.tool(["skopeo", "inspect", source])).Layers).toHaveLength(2);
  await box.tool(["skopeo", "copy", "-q", source, "oci:copy:made:1"]);
  const argv = verb === "load" ? ["load", "--quiet", "--input", format] : ["pull", "--quiet", source];
  const image = (await box.tool(podman(box.path, argv))).trim().split(/\s/).at(-1) ?? "";
  expect(await logged(box, runsOf(box, image))).toEqual(ENDED_WELL);
  const copied = (await box.tool(podman(box.path, ["pull", "--quiet", "oci:copy:made:1"]))).trim();
  expect(await logged(box, runsOf(box, copied))).toEqual(ENDED_WELL);
});

test.if(withPodman)("podman with lamina as its runtime runs a container", async () => {
  await using box = await imageBox();
  await committedImage(box);
  const runtime = runtimeUnderTest().argv[0] ?? "";
  const run = podmanRunIn(box.path);
  try {
    const image = (await box.tool(podman(box.path, ["pull", "--quiet", "oci:oci:made:1"], runtime))).trim();
    expect(await logged(box, (flags) => podman(box.path, [...run, ...flags, image], runtime))).toMatchObject({ exitCode: 0, stdout: SEEN });
    const more = [
      "--hostname=engine",
      "--read-only",
      "--tmpfs=/run",
      "--volume",
      `${box.path}:/host:ro`,
      "--user=7:8",
      "--env=A=b",
      "--memory=64m",
    ];
    const script = "hostname; id -u; id -g; echo $A; ls -d /host/oci; : >/run/x && (: >/x) || exit 3";
    const words = [...more, image, "/bin/sh", "-c", script];
    const outcome = await logged(box, (flags) => podman(box.path, [...run, ...flags, ...words], runtime));
    expect(outcome).toMatchObject({ exitCode: 3, stdout: "engine\n7\n8\nb\n/host/oci\n" });
  } finally {
    await removeCgroups(box.path);
  }
});

test.if(withPodman)("podman with lamina as its runtime pauses, resumes, limits and stops a container in the background", async () => {
  await using box = await imageBox();
  await committedImage(box);
  const runtime = runtimeUnderTest().argv[0] ?? "";
  const image = (await box.tool(podman(box.path, ["pull", "--quiet", "oci:oci:made:1"], runtime))).trim();
  const shell = podmanCommand(box.path, runtime).map((word) => `'${word}'`);
  const run = podmanRunIn(box.path).filter((word) => word !== "run" && word !== "--rm");
  const main = "trap 'exit 5' TERM; echo ready; while :; do sleep 1; done"; // of pid 1, which a signal without a handler does not end
  const script = `p() { ${shell.join(" ")} "$@"; }
    p run --detach --name it ${run.join(" ")} ${image} /bin/sh -c "$0" >/dev/null
    until p logs it | grep -q ready; do :; done
    status() { p inspect --format '{{.State.Status}} {{.State.ExitCode}}' it; }
    limits() {
      if [ -e /sys/fs/cgroup/cgroup.controllers ]; then cat "/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/$1/cgroup)/memory.max"
      else cat "/sys/fs/cgroup/memory$(sed -n 's/.*:memory://p' /proc/$1/cgroup)/memory.limit_in_bytes"; fi
    }
    status; p pause it >/dev/null; status; p unpause it >/dev/null; status
    p update --memory 48m --cpu-shares 200 it >/dev/null; limits $(p inspect --format '{{.State.Pid}}' it)
    p top it pid comm | tail -n +2 | head -1; p stop --time 20 it >/dev/null; status
    p start it >/dev/null; p kill it >/dev/null; p wait it; p rm it >/dev/null; p ps --all --quiet`;
  try {
    const outcome = await ended(box, alone(["sh", "-ec", script, main]));
    expect(outcome).toEqual({
      exitCode: 0,
      stdout: "running 0\npaused 0\nrunning 0\n50331648\n1           sh\nexited 5\n137\n",
      stderr: "",
    });
  } finally {
    await removeCgroups(box.path);
  }
});

test.if(withPodman)("podman exec with lamina as its runtime: streams, user, terminal, detached, and what cannot be executed", async () => {
  await using box = await imageBox();
  await committedImage(box);
  const runtime = runtimeUnderTest().argv[0] ?? "";
  const image = (await box.tool(podman(box.path, ["pull", "--quiet", "oci:oci:made:1"], runtime))).trim();
  const shell = podmanCommand(box.path, runtime).map((word) => `'${word}'`);
  const run = podmanRunIn(box.path).filter((word) => word !== "run" && word !== "--rm");
  const main = "trap 'exit 5' TERM; echo ready; while :; do sleep 1; done";
  const script = `p() { ${shell.join(" ")} "$@"; }
    p run --detach --name it ${run.join(" ")} ${image} /bin/sh -c "$0" >/dev/null
    until p logs it | grep -q ready; do :; done
    status=0; echo typed | p exec --interactive --user 5:6 --env A=b --workdir /d it /bin/sh -c 'cat; echo $A $PWD; id -u; exit 7' || status=$?; echo $status
    p exec --tty it /bin/sh -c 'test -t 0 && echo terminal' | tr -d '\\r'
    p exec --detach it /bin/sh -c 'echo there >/d/there' >/dev/null; p exec it /bin/sh -c 'until cat /d/there 2>/dev/null; do sleep 0.1; done'
    status=0; p exec it /nowhere 2>/dev/null || status=$?; echo $status; status=0; p exec it /etc 2>/dev/null || status=$?; echo $status
    p rm --force --time 0 it >/dev/null`;
  try {
    const outcome = await ended(box, alone(["sh", "-ec", script, main]));
    expect(outcome).toEqual({ exitCode: 0, stdout: "typed\nb /d\n5\n7\nterminal\nthere\n127\n126\n", stderr: "" });
  } finally {
    await removeCgroups(box.path);
  }
});

/** How a container ended; what it has written, by podman's log: to one that ends at once podman may not be attached to in time. */
async function logged(box: ImageBox, argv: (flags: readonly string[]) => readonly string[]): Promise<Ended> {
  const log = join(box.path, ownId("log"));
  const outcome = await ended(box, argv(["--log-driver=k8s-file", `--log-opt=path=${log}`]));
  return { ...outcome, stdout: (await Bun.file(log).text()).replaceAll(/^\S+ (stdout F |stderr .*\n)/gm, "") };
}

function runsOf(box: ImageBox, image: string) {
  return (flags: readonly string[]): readonly string[] => podman(box.path, [...PODMAN_RUN, ...flags, image]);
}

async function ended(box: ImageBox, argv: readonly string[]): Promise<Ended> {
  const script = `status=0; "$@" >stdout 2>stderr || status=$?; echo $status >status`;
  await box.tool(["sh", "-c", script, "sh", ...argv]);
  const [stdout = "", stderr = "", status] = await Promise.all(
    ["stdout", "stderr", "status"].map((name) => Bun.file(join(box.path, name)).text()),
  );
  return { exitCode: Number(status), stdout, stderr };
}

/** As in image-tools.test.ts, but buildah makes the layers. */
async function buildImage(box: ImageBox): Promise<void> {
  const call = buildah(box.path, []).join(" ");
  const script = `
    b() { ${call} "$@"; }
    one=$(b from scratch) && (cd "$(b mount $one)" && ${BASE})
    b config --cmd /bin/sh --env A=b --label k=v $one && b commit -q $one oci:made:one
    two=$(b from oci:made:one) && (cd "$(b mount $two)" && ${CHANGES}) && b commit -q $two oci:made:two
    b copy -q $two /etc/passwd /copied/passwd && b commit -q $two oci:made:three`;
  await box.tool(alone(["sh", "-ec", script]));
}

test.if(withBuildah)("[L1] [L9] [L12] [L14] an image built by buildah is imported, and its merged tree is what umoci unpacks", async () => {
  await using box = await imageBox();
  await buildImage(box);
  await box.must(["import", "made"]);
  for (const image of ["one", "two", "three"]) expect(await laminaTree(box, image)).toBe(await umociTree(box, `made:${image}`));
  const { config } = JSON.parse(await box.must(["inspect", "three"]));
  expect(config.config).toMatchObject({ Cmd: ["/bin/sh"], Env: ["A=b"], Labels: { k: "v" } });
});

test.if(withBuildah && withPodman).each(["docker-archive", "oci-archive"])(
  "what podman saves as %s is imported, with the same files",
  async (format) => {
    await using box = await imageBox();
    await buildImage(box);
    const image = (await box.tool(podman(box.path, ["pull", "--quiet", "oci:made:two"]))).trim();
    await box.tool(podman(box.path, ["tag", image, "example.org/team/saved:1"]));
    await box.tool(podman(box.path, ["save", "--quiet", "--format", format, "--output", "saved.tar", "example.org/team/saved:1"]));
    await box.must(["import", "saved.tar", "saved:1"]);
    expect(await laminaTree(box, "saved:1")).toBe(await umociTree(box, "made:two"));
    await box.tool(["sh", "-c", "gzip -1 saved.tar"]);
    await box.must(["import", "saved.tar.gz", "packed:1"]);
    const [one, other] = await Promise.all(
      ["saved:1", "packed:1"].map(async (name) => JSON.parse(await box.must(["inspect", name])).digest),
    );
    expect(other).toBe(one);
  },
);
